using Gatepost.Delivery.Tls.Sts;
using Gatepost.Policy.Reputation;

namespace Gatepost.Composition;

/// <summary>
/// MTA-STS policies of other domains in <c>state.db</c>: a restart must not open the way for who hides one (RFC 8461 §10.2).
/// </summary>
internal sealed class StoredStsPolicies(IStateLog state, TimeProvider time) : IStsStore
{
    private const string Kind = "mta-sts";

    /// <summary>Read here, before the first event is kept.</summary>
    private readonly List<StateRecord> stored = [.. state.Load(Kind, time.GetUtcNow())];

    public void Keep(StsStored policy) =>
        _ = state.KeepAsync(new StateRecord(Kind, policy.Domain, policy.Fetched, policy.Until, $"{policy.Id}\n{policy.Text}"));

    public IEnumerable<StsStored> Load()
    {
        foreach (var record in stored)
        {
            if (record.Text.Split('\n', 2) is [var id, var text])
                yield return new StsStored(record.Key, id, text, record.At, record.Until);
        }
    }
}
