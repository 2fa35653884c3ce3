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
    private readonly ExpiringMap<Destination, Callout> silent;
    private readonly ConcurrentDictionary<AddressKey, Lazy<Task<Callout>>> asking = new();

    /// <param name="probe">Null asks no host: then only what is known counts.</param>
    public RecipientVerification(IRecipientProbe? probe, TimeProvider time)
    {
        (this.probe, this.time) = (probe, time);
        known = new(Most);
        silent = new(Most);
    }

    private RecipientVerification(RecipientVerification real)
    {
        time = real.time;
        known = real.known;
        silent = real.silent;
    }

    /// <summary>The same knowledge, and no host is asked.</summary>
    public RecipientVerification ReadOnly() => new(this);

    public async ValueTask<Callout> AskAsync(Mailbox recipient, Destination next, CalloutOptions options, CancellationToken cancel)
    {
        var key = AddressKey.Of(recipient);
        var now = time.GetUtcNow();
        if (known.TryGet(key, now, out var kept) || silent.TryGet(next, now, out kept))
            return kept;
        if (probe is null)
            return new Callout(CalloutOutcome.NotAsked, next.ToString(), "no host was asked", now);

        // Not bound to the session that asks first: others wait for the same answer.
        var asked = asking.GetOrAdd(key, _ => new Lazy<Task<Callout>>(() => ProbeAsync(probe, recipient, key, next, options)));
        return await asked.Value.WaitAsync(cancel);
    }

    private async Task<Callout> ProbeAsync(
        IRecipientProbe asks, Mailbox recipient, AddressKey key, Destination next, CalloutOptions options)
    {
        await Task.Yield();
        try
        {
            var answer = await asks.AskAsync(recipient, next, options.Timeout, CancellationToken.None);
            var now = time.GetUtcNow();
            if (answer.Subject == CalloutSubject.Host)
                silent.Set(next, answer, now, now + KeepSilence);
            if (answer.Subject != CalloutSubject.Recipient)
                return answer;
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
