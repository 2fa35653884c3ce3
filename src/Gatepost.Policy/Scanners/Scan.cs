using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Policy.Scanners;

/// <summary>What a filter makes of a message.</summary>
public enum ScanOutcome
{
    Clean,
    Virus,
    Spam,
    Bulk,

    /// <summary>The filter refuses it for a reason of its own.</summary>
    Refused,

    /// <summary>The filter wants it kept back for a person to look at, or gone without a word.</summary>
    KeptBack,

    /// <summary>The filter wants it to come later.</summary>
    Deferred,

    /// <summary>The message is larger than what the filter is shown.</summary>
    NotShown,

    /// <summary>The filter did not answer: nothing was learnt.</summary>
    Unavailable,
}

/// <summary>A filter's answer about one message.</summary>
/// <param name="Outcome">What it makes of it.</param>
/// <param name="Scanner">Which filter: its name in the configuration.</param>
/// <param name="Told">The virus's name, the filter's words, or why it did not answer; one line, 200 characters at most.</param>
/// <param name="Score">For spam.</param>
/// <param name="Limit">The score from which it refuses.</param>
/// <param name="Facts">What it saw: symbols, times.</param>
public sealed record Scan(
    ScanOutcome Outcome, string Scanner, string Told = "", double Score = 0, double Limit = 0, IReadOnlyList<Fact>? Facts = null)
{
    private const int LongestTold = 200;

    /// <summary>Header fields it wants above a message that passes: complete, with CRLF, ASCII.</summary>
    public IReadOnlyList<string> Fields { get; init; } = [];

    /// <summary>Why it gave no answer of its own; null if <see cref="Told"/> has its words.</summary>
    public Finding? Why { get; private init; }

    /// <summary>Why its Unix socket cannot be opened, with the remedy; null otherwise.</summary>
    public Finding? Cause { get; private init; }

    /// <summary>A message it was not shown.</summary>
    public static Scan NotShown(string scanner, Finding why) => new(ScanOutcome.NotShown, scanner, $"{why}") { Why = why };

    /// <summary>An answer that did not come.</summary>
    public static Scan Away(string scanner, Finding why) =>
        new(ScanOutcome.Unavailable, scanner, Cut($"{why}")) { Why = why };

    /// <summary>An answer that did not come, in words of others: cut after 200 characters.</summary>
    public static Scan Away(string scanner, string words) => Away(scanner, OurEvidence.Quoted.Say(Cut(words)));

    /// <summary>An answer that did not come because of what the connection did.</summary>
    public static Scan Away(string scanner, Exception failure)
    {
        var cause = failure.InnerException is FilterSocketException inner ? inner : failure;
        var away = cause is FilterException filter ? Away(scanner, filter.Why) : Away(scanner, cause.Message);
        return cause is FilterSocketException { Problem: not UnixSocketProblem.Other } socket
            ? away with { Cause = EntryOf(socket.Problem).Say(scanner, socket.Path) } : away;
    }

    private static string Cut(string text) => text.Length > LongestTold ? text[..LongestTold] : text;

    private static EvidenceEntry<string, string> EntryOf(UnixSocketProblem problem) => problem switch
    {
        UnixSocketProblem.Missing => OurEvidence.FilterSocketMissing,
        UnixSocketProblem.Denied => OurEvidence.FilterSocketDenied,
        _ => OurEvidence.FilterSocketNotListening,
    };
}

/// <summary>A filter that is asked about every message.</summary>
public interface IScanner
{
    string Name { get; }

    /// <summary>Asks. Never throws for what the filter says or does; bounded in time by itself.</summary>
    ValueTask<Scan> ScanAsync(Session session, CancellationToken cancel);
}
