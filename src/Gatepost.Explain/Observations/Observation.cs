using Gatepost.Explain.Text;
using Gatepost.Replies;
using Gatepost.Replies.Catalogue;

namespace Gatepost.Explain.Observations;

/// <summary>Where in a document words are, which says how near they are to the cause.</summary>
internal enum Nearness
{
    /// <summary>The reply itself: a diagnostic code, a line of a transcript, a log line.</summary>
    Reply,

    /// <summary>What a notice says right behind the recipient.</summary>
    AboutRecipient,

    /// <summary>A reply quoted elsewhere in the notice.</summary>
    QuotedReply,

    /// <summary>What the reporting server itself made of it.</summary>
    Reporter,

    /// <summary>The notice as a whole.</summary>
    Notice,

    /// <summary>The subject line.</summary>
    Subject,
}

/// <summary>Words that may name the cause, with the codes in them.</summary>
internal sealed record Candidate(Excerpt Words, FoundCode Codes, Nearness Nearness)
{
    /// <summary>
    /// The words without the frame that says to which command they were the answer: <c>(in reply to end of DATA command)</c>.
    /// </summary>
    public ReadOnlySpan<char> Core
    {
        get
        {
            int frame = Nearness <= Nearness.Reporter ? Words.Text.LastIndexOf("(in reply to ", StringComparison.Ordinal) : -1;
            return frame > 0 ? Words.Text.AsSpan(0, frame) : Words.Text;
        }
    }

    public static Candidate Of(Excerpt words, Nearness nearness) => new(words, CodeFinder.Read(words.Text), nearness);
}

/// <summary>What a document says about one recipient: who said which words, at which stage, with which codes. No meaning yet.</summary>
internal sealed class Observation
{
    public string? Recipient { get; set; }

    /// <summary>The recipient is only the address that the words name; where they are about the sender, it is the sender's.</summary>
    public bool IsRecipientGuessed { get; set; }

    /// <summary>Who sent the message that this is about, where known.</summary>
    public string? Sender { get; set; }

    public DeliveryAction Action { get; set; }

    /// <summary>The host that gave the reply, where it is named.</summary>
    public string? RemoteHost { get; set; }

    /// <summary>The command the reply was the answer to.</summary>
    public Stage? Stage { get; set; }

    /// <summary>The status field of a report, and where it is.</summary>
    public EnhancedStatus? FieldStatus { get; set; }

    public Excerpt? FieldStatusWords { get; set; }

    /// <summary>Nearest to the cause first.</summary>
    public List<Candidate> Candidates { get; } = [];

    /// <summary>Known without any reply: a complaint, an automatic reply, a delivery.</summary>
    public Reason? Settled { get; set; }

    /// <summary>
    /// The entry whose words describe the settled reason more closely: <c>complaint-not-spam</c>; null if the reason's own do.
    /// </summary>
    public string? SettledAs { get; set; }

    /// <summary>Who must act by that entry; null if the reason says it.</summary>
    public Actors? SettledActors { get; set; }

    /// <summary>A local program, pipe or file was the last step, not another server: so what failed was local.</summary>
    public Excerpt? LocalStep { get; set; }

    /// <summary>Name of the catalogue entry, where our own bounce names it.</summary>
    public string? EntryId { get; set; }

    /// <summary>Id of the message at the Gatepost that wrote the report; null in every other document.</summary>
    public string? QueueId { get; set; }

    /// <summary>Id by which a log of any server names the message; null in every other document.</summary>
    public string? LogId { get; set; }

    /// <summary>A notice or report that a mail system mailed, rather than a line, a log or a transcript.</summary>
    public bool IsNotice { get; set; }

    /// <summary>A report of a Gatepost: what it records in its own words is read by its own entries.</summary>
    public bool IsOurs { get; set; }

    /// <summary>A mail program or a script that could not send, not a server: nothing tries again by itself.</summary>
    public bool IsProgram { get; set; }

    /// <summary>Reported only if the catalogue knows its words: a line that may be of no interest.</summary>
    public bool IsTentative { get; set; }

    /// <summary>The time as written in the document; null if there is none.</summary>
    public string? Time { get; set; }

    /// <summary>Time of the first of several lines about the same; null for a single one.</summary>
    public string? FirstTime { get; set; }

    /// <summary>The statement that was looked up in the catalogue last, and what it was taken for.</summary>
    public (Candidate Statement, Match Match)? LookedUp { get; set; }

    /// <summary>Adds the candidates further away from the cause; called once, and only if the nearer ones do not say why.</summary>
    public Action? More { get; set; }

    public void Add(Excerpt words, Nearness nearness)
    {
        if (!words.IsEmpty)
            Candidates.Add(Candidate.Of(words, nearness));
    }
}
