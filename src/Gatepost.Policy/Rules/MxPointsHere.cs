using Gatepost.Dns;
using Gatepost.Policy.Basics;
using Gatepost.Replies;

namespace Gatepost.Policy.Rules;

/// <summary>
/// Knows of domains that are not ours whether DNS sends their mail here nevertheless: then the domain was not added here, or
/// its MX was not moved away.
/// </summary>
/// <remarks>
/// Clients choose what is asked, so the cost is bounded: one question a domain and quarter of an hour, few at a time,
/// and no session waits for long. What is not known in time counts as an ordinary foreign domain.
/// </remarks>
internal sealed class MxPointsHere(IResolver dns, TimeProvider time)
{
    private const int MaxKnown = 10_000;
    private const int MaxAsked = 20;

    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(15);

    private readonly ExpiringMap<string, Fact?> known = new(MaxKnown, StringComparer.OrdinalIgnoreCase);
    private int asked;

    /// <summary>The MX that leads here; null if none does, or that is not known yet.</summary>
    public async ValueTask<Fact?> FindAsync(string domain, RuleContext context, CancellationToken cancel)
    {
        if (domain.Length == 0 || domain[0] == '[')
            return null;
        var now = time.GetUtcNow();
        if (known.TryGet(domain, now, out var before))
            return before;

        try
        {
            if (Interlocked.Increment(ref asked) > MaxAsked)
                return null;
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            patience.CancelAfter(Longest);
            var leads = await AskAsync(domain, context, patience.Token);
            known.Set(domain, leads, now, now + Kept);
            return leads;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            known.Set(domain, null, now, now + Kept);
            return null;
        }
        finally
        {
            Interlocked.Decrement(ref asked);
        }
    }

    private async ValueTask<Fact?> AskAsync(string domain, RuleContext context, CancellationToken cancel)
    {
        var hosts = await dns.MxAsync(domain, cancel);
        foreach (var host in hosts.Records.Take(5))
        {
            if (host.Exchange.Equals(context.Session.HostName, StringComparison.OrdinalIgnoreCase)
                || context.Options.OwnNames.Contains(host.Exchange, StringComparer.OrdinalIgnoreCase))
                return DnsFacts.Mx(domain, hosts);
        }

        return null;
    }
}
