using Gatepost.Explain.Observations;
using Gatepost.Replies;
using Gatepost.Replies.Catalogue;

namespace Gatepost.Explain;

/// <summary>A statement, what it was taken for, and how it compares with the others.</summary>
internal sealed class JudgedStatement(Candidate statement, Match match)
{
    public Candidate Statement { get; } = statement;

    public Match Match { get; } = match;

    public int Score { get; set; }

    public Standing Standing { get; set; }

    public bool Decides { get; set; }

    /// <summary>True if its words plainly name a cause.</summary>
    public bool Tells => Match.Basis <= Basis.Words && !Match.IsVague && Match.Entry.Reason is { } reason && reason != Reason.Unknown;

    /// <summary>True if there are words beside the code.</summary>
    public bool HasWords =>
        Statement.Words.Text.AsSpan(Math.Min(Statement.Words.Text.Length, Math.Max(0, Statement.Codes.WordsAt))).Trim().Count(' ') >= 2;

    /// <summary>The statement as the answer shows it.</summary>
    /// <param name="stage">The stage of the conversation, where known.</param>
    public Statement Told(Stage? stage) => new(
        Statement.Nearness switch
        {
            <= Nearness.QuotedReply => Speaker.Remote,
            Nearness.Reporter => Speaker.Reporter,
            Nearness.Notice => Speaker.StandingText,
            _ => Speaker.Subject,
        },
        Statement.Nearness <= Nearness.QuotedReply ? stage : null,
        Statement.Codes.Code,
        Statement.Codes.Status,
        Statement.Words.Text.Length > 400 ? Statement.Words.Text[..400] : Statement.Words.Text,
        Match.Basis == Basis.Unknown ? null : Match.Entry.Reason,
        Decides ? Standing.Decides : Standing);
}

/// <summary>What the ladder came to.</summary>
/// <param name="Match">What the matter was taken for.</param>
/// <param name="Statement">The statement that decided; null if only codes did.</param>
/// <param name="Codes">Code and status that are reported.</param>
/// <param name="Statements">All that was said, in the order of nearness.</param>
/// <param name="Because">Which rung of the ladder decided.</param>
internal sealed record LadderVerdict(
    Match Match, Candidate? Statement, ReportedCodes Codes, IReadOnlyList<JudgedStatement> Statements, Because Because)
{
    /// <summary>The statement that decided, or whose code did.</summary>
    public Candidate? Nearest => Statement ?? (Statements.Count > 0 ? Statements[0].Statement : null);
}
