using System.Net;
using Gatepost.Policy.Basics;
using Gatepost.Policy.Quotas;
using Gatepost.Policy.Reputation;
using Gatepost.Replies;

namespace Gatepost.Policy.Auth;

/// <summary>How many failed log-ins are tolerated.</summary>
public sealed record LoginThrottleOptions
{
    /// <summary>From one address (one /64 of IPv6) within <see cref="Window"/>.</summary>
    public int PerClient { get; init; } = 20;

    /// <summary>For one account within <see cref="Window"/>, from addresses that never logged in to it.</summary>
    public int PerAccount { get; init; } = 20;

    /// <summary>Long enough for a person who forgot a password to remember it, short enough to let the next one in.</summary>
    internal static readonly TimeSpan Window = TimeSpan.FromMinutes(10);
}

/// <summary>Slows down clients that guess passwords: by address, and by account so that a thousand addresses share their guesses.</summary>
/// <remarks>An address from which the account's owner has logged in is not locked out by others who guess at the account.</remarks>
public sealed class LoginThrottle
{
    private const string Kind = "welcome";

    private const int Most = 100_000;

    private static readonly TimeSpan RememberedFor = TimeSpan.FromDays(90);

    private readonly TimeProvider time;
    private readonly ICounters failures;
    private readonly IStateLog? log;
    private readonly ExpiringMap<string, DateTimeOffset> known = new(Most, StringComparer.Ordinal);
    private volatile LoginThrottleOptions limits;

    /// <param name="failures">Where wrong log-ins are counted; null counts in memory only.</param>
    /// <param name="log">Keeps across restarts who logged in from where; null forgets.</param>
    public LoginThrottle(LoginThrottleOptions limits, TimeProvider time, ICounters? failures = null, IStateLog? log = null)
    {
        (this.limits, this.time, this.failures, this.log) = (limits, time, failures ?? new SlidingCounters(), log);
        var now = time.GetUtcNow();
        foreach (var kept in log?.Load(Kind, now) ?? [])
            known.Set(kept.Key, kept.Until, now, kept.Until);
    }

    /// <summary>Puts other limits in force; what was counted stays counted.</summary>
    public void Reload(LoginThrottleOptions changed) => limits = changed;

    /// <returns>When it is worth trying again; null if it is now.</returns>
    public async ValueTask<DateTimeOffset?> ClosedUntilAsync(string user, IPAddress client, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var network = TemporaryBlocks.NetworkOf(client);
        var byClient = await failures.PeekAsync(OfClient(network), now, cancel);
        if (byClient.FreeAt is { } free)
            return free;
        return HasLoggedInFrom(user, network, now) ? null : (await failures.PeekAsync(OfAccount(user), now, cancel)).FreeAt;
    }

    /// <summary>How many wrong log-ins are counted now and how many are tolerated, as evidence.</summary>
    public async ValueTask<IReadOnlyList<Fact>> SeenAsync(string user, IPAddress client, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var (ofClient, ofAccount) = (OfClient(TemporaryBlocks.NetworkOf(client)), OfAccount(user));
        return
        [
            OurFacts.ClientFailures.Is((await failures.PeekAsync(ofClient, now, cancel)).Used),
            OurFacts.ClientFailureLimit.Is(ofClient.Limit),
            OurFacts.AccountFailures.Is((await failures.PeekAsync(ofAccount, now, cancel)).Used),
            OurFacts.AccountFailureLimit.Is(ofAccount.Limit),
            OurFacts.Within.Is(ofClient.Window),
        ];
    }

    public async ValueTask NoteFailureAsync(string user, IPAddress client, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        // One by one: when the one is at its limit, the other still counts.
        await failures.TakeAsync([OfClient(TemporaryBlocks.NetworkOf(client))], now, cancel);
        await failures.TakeAsync([OfAccount(user)], now, cancel);
    }

    public void NoteSuccess(string user, IPAddress client)
    {
        var now = time.GetUtcNow();
        string key = KeyOf(user, TemporaryBlocks.NetworkOf(client));
        // A day more or less is not worth a line of the log with each log-in.
        if (known.TryGet(key, now, out var until) && until - now > RememberedFor - TimeSpan.FromDays(1))
            return;
        known.Set(key, now + RememberedFor, now, now + RememberedFor);
        _ = log?.KeepAsync(new StateRecord(Kind, key, now, now + RememberedFor, ""));
    }

    private bool HasLoggedInFrom(string user, IPNetwork client, DateTimeOffset now) => known.TryGet(KeyOf(user, client), now, out _);

    private static string KeyOf(string user, IPNetwork client) => $"{client}\n{Name(user)}";

    private Claim OfClient(IPNetwork client) =>
        new(new CounterKey(Counted.FailedLoginsOfClient, client.ToString()), 1, limits.PerClient, LoginThrottleOptions.Window);

    private Claim OfAccount(string user) =>
        new(new CounterKey(Counted.FailedLoginsOfAccount, Name(user)), 1, limits.PerAccount, LoginThrottleOptions.Window);

    private static string Name(string user) => user.Length > 254 ? user[..254].ToLowerInvariant() : user.ToLowerInvariant();
}
