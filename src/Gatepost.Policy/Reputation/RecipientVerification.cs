using System.Collections.Concurrent;
using Gatepost.Policy.Basics;
using Gatepost.Policy.Directory;
using Gatepost.Smtp;

namespace Gatepost.Policy.Reputation;

/// <summary>
/// Callouts with what they learnt: each recipient is asked about once while the answer holds, however many sessions want to know.
/// </summary>
public sealed class RecipientVerification
{
    private const int Most = 100_000;

    /// <summary>A host that did not answer is not asked again for a moment.</summary>
    private static readonly TimeSpan KeepSilence = TimeSpan.FromMinutes(1);

    private readonly IRecipientProbe? probe;
    private readonly TimeProvider time;
    private readonly ExpiringMap<AddressKey, Callout> known;
    private readonly ConcurrentDictionary<AddressKey, Task<Callout>> asking = new();

    /// <param name="probe">Null asks nobody: then only what is known counts.</param>
    public RecipientVerification(IRecipientProbe? probe, TimeProvider time)
    {
        (this.probe, this.time) = (probe, time);
        known = new(Most);
    }

    private RecipientVerification(RecipientVerification real)
    {
        time = real.time;
        known = real.known;
    }

    /// <summary>The same knowledge, and nobody is asked.</summary>
    public RecipientVerification ReadOnly() => new(this);

    public async ValueTask<Callout> AskAsync(Mailbox recipient, Destination next, CalloutOptions options, CancellationToken cancel)
    {
        var key = AddressKey.Of(recipient);
        var now = time.GetUtcNow();
        if (known.TryGet(key, now, out var kept))
            return kept;
        if (probe is null)
            return new Callout(CalloutOutcome.NotAsked, next.ToString(), "nobody was asked", now);

        // Not bound to the session that asks first: others wait for the same answer.
        var asked = asking.GetOrAdd(key, _ => ProbeAsync(probe, recipient, key, next, options));
        return await asked.WaitAsync(cancel);
    }

    private async Task<Callout> ProbeAsync(
        IRecipientProbe asks, Mailbox recipient, AddressKey key, Destination next, CalloutOptions options)
    {
        await Task.Yield();
        try
        {
            var answer = await asks.AskAsync(recipient, next, options.Timeout, CancellationToken.None);
            var now = time.GetUtcNow();
            known.Set(key, answer, now, now + answer.Outcome switch
            {
                CalloutOutcome.Taken => options.KeepPositive,
                CalloutOutcome.Refused => options.KeepNegative,
                _ => KeepSilence,
            });
            return answer;
        }
        finally
        {
            asking.TryRemove(key, out _);
        }
    }
}
