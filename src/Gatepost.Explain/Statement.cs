using Gatepost.Replies;

namespace Gatepost.Explain;

/// <summary>Why a statement decided, or did not.</summary>
public enum Standing
{
    /// <summary>Its words decided.</summary>
    Decides,

    /// <summary>Another statement is nearer to the cause, or plainer.</summary>
    FurtherFromTheCause,

    /// <summary>It says what came of the cause ("expired in the queue"), not the cause.</summary>
    Consequence,

    /// <summary>The reporter's own summary of a reply whose words we do not know; it may not declare an address dead.</summary>
    SummaryOfAnother,

    /// <summary>Text of the notice that is in every notice of that program.</summary>
    StandingText,

    /// <summary>Nothing in it is known.</summary>
    SaysNothingKnown,
}

/// <summary>Which rung of the ladder decided.</summary>
public enum Because
{
    /// <summary>Nothing did.</summary>
    Nothing,

    /// <summary>The words of the server that refused.</summary>
    RemoteWords,

    /// <summary>Its status or code, because its words are not known.</summary>
    RemoteNumber,

    /// <summary>What the reporting server or program said itself.</summary>
    ReporterWords,

    /// <summary>The notice as a whole, because nothing nearer speaks.</summary>
    NoticeWords,

    /// <summary>A local program was the last step and failed.</summary>
    LocalProgram,

    /// <summary>A Gatepost wrote the report and names its entry.</summary>
    OurReport,
}

/// <summary>One thing that was said in a document.</summary>
/// <param name="Speaker">Who said it.</param>
/// <param name="Stage">At which command, where known.</param>
/// <param name="Code">The reply code in it, or null.</param>
/// <param name="Status">The enhanced status in it, or null.</param>
/// <param name="Text">The words, on one line, 400 characters at most.</param>
/// <param name="Reason">What it alone would be taken for; null if it says nothing known.</param>
/// <param name="Standing">Why it decided or did not.</param>
public sealed record Statement(
    Speaker Speaker, Stage? Stage, int? Code, EnhancedStatus? Status, string Text, Reason? Reason, Standing Standing);
