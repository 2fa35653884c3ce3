using System.Collections.Concurrent;
using Gatepost.Policy.Directory;
using Gatepost.Smtp;

namespace Gatepost.Policy.Reputation;

/// <summary>Callouts with what they learnt: each recipient is asked about once while the answer holds, however many sessions want to know.</summary>
public sealed class RecipientVerification
{
    private const int Most = 100_000;

    /// <summary>A host that did not answer is left in peace for a moment.</summary>
    private static readonly TimeSpan KeepSilence = TimeSpan.FromMinutes(1);

    private readonly IRecipientProbe? probe;
    private readonly TimeProvider time;
    private readonly ConcurrentDictionary<AddressKey, (Callout Answer, DateTimeOffset Until)> known;
    private readonly ConcurrentDictionary<AddressKey, Task<Callout>> asking = new();

    /// <param name="probe">Null asks nobody: then only what is known counts.</param>
    public RecipientVerification(IRecipientProbe? probe, TimeProvider time)
    {
        (this.probe, this.time) = (probe, time);
        known = new();
    }

    private RecipientVerification(RecipientVerification real)
    {
        time = real.time;
        known = real.known;
    }

    /// <summary>The same knowledge, and nobody is asked.</summary>
    public RecipientVerification Untouched() => new(this);

    public async ValueTask<Callout> AskAsync(Mailbox recipient, Destination next, CalloutOptions options, CancellationToken cancel)
    {
        var key = AddressKey.Of(recipient);
        var now = time.GetUtcNow();
        if (known.TryGetValue(key, out var kept) && now < kept.Until)
            return kept.Answer;
        if (probe is null)
            return new Callout(CalloutOutcome.Silent, next.ToString(), "nobody was asked", now);

        // Not bound to the session that asks first: others wait for the same answer.
        var asked = asking.GetOrAdd(key, _ => ProbeAsync(probe, recipient, key, next, options));
        return await asked.WaitAsync(cancel);
    }

    private async Task<Callout> ProbeAsync(IRecipientProbe asks, Mailbox recipient, AddressKey key, Destination next, CalloutOptions options)
    {
        await Task.Yield();
        try
        {
            var answer = await asks.AskAsync(recipient, next, options.Timeout, CancellationToken.None);
            if (known.Count >= Most)
                Forget();
            known[key] = (answer, time.GetUtcNow() + answer.Outcome switch
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

    /// <summary>What is over goes; where that is not enough, everything: asking again is cheaper than memory without end.</summary>
    private void Forget()
    {
        var now = time.GetUtcNow();
        foreach (var (key, (_, until)) in known)
        {
            if (until <= now)
                known.TryRemove(key, out _);
        }

        if (known.Count >= Most)
            known.Clear();
    }
}
