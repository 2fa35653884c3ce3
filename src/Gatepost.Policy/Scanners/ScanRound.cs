using Gatepost.Smtp;

namespace Gatepost.Policy.Scanners;

/// <summary>All filters asked about one message, once, all at the same time; the rules read the same answers.</summary>
public sealed class ScanRound
{
    private readonly Task<Scan[]> answers;

    private ScanRound(Task<Scan[]> answers) => this.answers = answers;

    public static ScanRound Begin(IReadOnlyList<(IScanner Scanner, ScannerOptions Options)> filters, Session session, CancellationToken cancel) =>
        new(Task.WhenAll(filters
            .Where(filter => session.Draft!.Length <= filter.Options.MaxSize)
            .Select(filter => filter.Scanner.ScanAsync(session, cancel).AsTask())));

    public async ValueTask<IReadOnlyList<Scan>> AnswersAsync() => await answers;

    /// <summary>The first answer of that kind.</summary>
    public async ValueTask<Scan?> FindAsync(ScanOutcome outcome) => Array.Find(await answers, scan => scan.Outcome == outcome);
}
