using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Policy.Scanners;

/// <summary>All filters asked about one message, once, all at the same time; the rules read the same answers.</summary>
/// <remarks>The caller ends a round before it disposes of the message's draft.</remarks>
public sealed class ScanRound
{
    private readonly CancellationTokenSource end;
    private readonly Task<Scan[]> answers;

    private ScanRound(CancellationTokenSource end, Task<Scan[]> answers)
    {
        this.end = end;
        this.answers = answers;
    }

    public static ScanRound Begin(
        IReadOnlyList<(IScanner Scanner, ScannerOptions Options)> filters, Session session, CancellationToken cancel)
    {
        var end = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        long length = session.Draft!.Length;
        return new ScanRound(end, Task.WhenAll(filters.Select(filter => length <= filter.Options.MaxSize
            ? ScanAsync(filter.Scanner, session, end.Token)
            : Task.FromResult(Scan.NotShown(filter.Options.Name, OurEvidence.OverMaxSize.Say(new Octets(length)))))));
    }

    public async ValueTask<IReadOnlyList<Scan>> AnswersAsync() => await answers;

    /// <summary>The first answer of that kind.</summary>
    public async ValueTask<Scan?> FindAsync(ScanOutcome outcome) => Array.Find(await answers, scan => scan.Outcome == outcome);

    /// <summary>Puts what the filters add above a message that passes.</summary>
    public async ValueTask MarkAsync(Session session)
    {
        foreach (string field in (await answers).SelectMany(scan => scan.Fields))
            session.AddCompleteField(field);
    }

    /// <summary>Stops the filters that are still at work and waits until none of them reads the message any more. Never throws.</summary>
    public async ValueTask EndAsync()
    {
        if (!answers.IsCompleted)
            await end.CancelAsync();
        await ((Task)answers).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        end.Dispose();
    }

    /// <summary>A filter that throws immediately must not leave the others running unobserved.</summary>
    private static async Task<Scan> ScanAsync(IScanner scanner, Session session, CancellationToken cancel) =>
        await scanner.ScanAsync(session, cancel);
}
