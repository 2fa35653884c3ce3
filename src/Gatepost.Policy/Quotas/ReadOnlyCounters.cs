namespace Gatepost.Policy.Quotas;

/// <summary>Counters that only say what would be: for dry runs, which must change nothing.</summary>
public sealed class ReadOnlyCounters(ICounters real) : ICounters
{
    public async ValueTask<(int Refused, Usage Usage)> TakeAsync(IReadOnlyList<Claim> claims, DateTimeOffset now, CancellationToken cancel)
    {
        var first = default(Usage);
        for (int i = 0; i < claims.Count; i++)
        {
            var usage = await real.PeekAsync(claims[i], now, cancel);
            if ((long)usage.Used + claims[i].Amount > claims[i].Limit)
                return (i, usage);
            if (i == 0)
                first = new Usage(usage.Used + claims[i].Amount, null);
        }

        return (-1, first);
    }

    public ValueTask ForgetAsync(CounterKey key, DateTimeOffset now, CancellationToken cancel) => ValueTask.CompletedTask;

    public ValueTask<Usage> PeekAsync(Claim claim, DateTimeOffset now, CancellationToken cancel) => real.PeekAsync(claim, now, cancel);
}
