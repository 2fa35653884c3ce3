using System.Collections.Concurrent;
using Gatepost.Dns;
using Gatepost.Replies;

namespace Gatepost.Delivery.Tls.Sts;

/// <summary>What is known about a domain's MTA-STS.</summary>
/// <param name="Policy">Null if it has none, or none that could be had.</param>
/// <param name="Why">For people.</param>
public sealed record StsFound(StsPolicy? Policy, Finding Why)
{
    /// <summary>The policy's id in DNS; null without one.</summary>
    public string? Id { get; init; }

    /// <summary>Whether there may be a policy that was not seen: DNS was silent, or the fetch failed.</summary>
    public bool IsUnanswered { get; init; }

    /// <summary>What went wrong, as reports name it (RFC 8460 §4.3); null if nothing did.</summary>
    public string? Failure { get; init; }
}

/// <summary>The MTA-STS policies of the domains that mail goes to, remembered as long as they hold (RFC 8461).</summary>
/// <remarks>Thread-safe. A policy is fetched by one caller, others wait for it; a failure is not repeated for five minutes.</remarks>
/// <param name="store">Keeps them across restarts; null for none.</param>
public sealed class StsPolicies(IResolver dns, IStsFetch fetch, IStsStore? store, TimeProvider time)
{
    private const int Most = 10_000;

    /// <summary>RFC 8461 §3.3: a failure is not repeated immediately.</summary>
    private static readonly TimeSpan FailurePause = TimeSpan.FromMinutes(5);

    /// <summary>A policy is fetched again daily, so that it cannot be let run out by someone who hides its record (§10.2).</summary>
    private static readonly TimeSpan RefreshAfter = TimeSpan.FromDays(1);

    private readonly ConcurrentDictionary<string, Known> known = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, (string Id, StsFetched What, DateTimeOffset At)> failed = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Lazy<Task<StsFetched>>> running = new(StringComparer.Ordinal);

    /// <summary>Reads what was kept before. Called once, before the first question.</summary>
    public void Load()
    {
        foreach (var stored in store?.Load() ?? [])
        {
            try
            {
                known[stored.Domain] = new Known(stored.Id, StsPolicy.Parse(stored.Text), stored.Fetched);
            }
            catch (FormatException)
            {
                // Of another version; it is fetched again.
            }
        }
    }

    public async ValueTask<StsFound> FindAsync(string domain, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var kept = known.GetValueOrDefault(domain);
        if (kept is not null && kept.Fetched + kept.Policy.MaxAge <= now)
            kept = null;
        var answer = await dns.TxtAsync(StsRecord.NameOf(domain), cancel);
        var records = StsRecord.Of(answer);
        string? id = records.Count == 1 ? StsRecord.IdOf(records[0]) : null;
        if (id is null)
            return kept is null ? NoRecord(domain, answer, records) : Found(domain, kept);
        if (kept is not null && kept.Id == id)
        {
            if (now - kept.Fetched > RefreshAfter && FailureOf(domain, id, now) is null)
                _ = FetchAsync(domain, id, CancellationToken.None);
            return Found(domain, kept);
        }

        if (FailureOf(domain, id, now) is { } failure)
            return kept is null ? Unfetched(domain, failure) : Found(domain, kept);
        var fetched = await FetchAsync(domain, id, cancel);
        if (fetched.Text is not null && known.GetValueOrDefault(domain) is { } fresh)
            return Found(domain, fresh);
        return kept is null ? Unfetched(domain, fetched) : Found(domain, kept);
    }

    /// <summary>How the fetch failed a moment ago; null if it did not. Read once, since another caller may remove it.</summary>
    private StsFetched? FailureOf(string domain, string id, DateTimeOffset now) =>
        failed.TryGetValue(domain, out var before) && before.Id == id && now - before.At < FailurePause ? before.What : null;

    private async Task<StsFetched> FetchAsync(string domain, string id, CancellationToken cancel)
    {
        // A caller that gives up leaves the fetch to the others.
        var one = running.GetOrAdd(domain, name => new Lazy<Task<StsFetched>>(() => FetchOnceAsync(name, id)));
        return await one.Value.WaitAsync(cancel);
    }

    private async Task<StsFetched> FetchOnceAsync(string domain, string id)
    {
        try
        {
            var fetched = await fetch.FetchAsync(domain, CancellationToken.None);
            var now = time.GetUtcNow();
            if (fetched.Text is { } text)
            {
                try
                {
                    var policy = StsPolicy.Parse(text);
                    MakeRoom(now);
                    known[domain] = new Known(id, policy, now);
                    failed.TryRemove(domain, out _);
                    store?.Keep(new StsStored(domain, id, text, now, now + policy.MaxAge));
                    return fetched;
                }
                catch (FormatException wrong)
                {
                    fetched = new StsFetched(null, OurEvidence.StsPolicyWrong.Say(wrong.Message), StsFetched.Invalid);
                }
            }

            if (failed.Count >= Most)
                failed.Clear();
            failed[domain] = (id, fetched, now);
            return fetched;
        }
        finally
        {
            running.TryRemove(domain, out _);
        }
    }

    private void MakeRoom(DateTimeOffset now)
    {
        if (known.Count < Most)
            return;
        foreach (var (domain, old) in known.OrderBy(one => one.Value.Fetched + one.Value.Policy.MaxAge).Take(Most / 10))
            known.TryRemove(new KeyValuePair<string, Known>(domain, old));
    }

    private static StsFound Found(string domain, Known kept)
    {
        string hosts = string.Join(", ", kept.Policy.Hosts.Take(10));
        return new StsFound(kept.Policy, kept.Policy.Mode switch
        {
            StsMode.Enforce => OurEvidence.StsEnforces.Say(domain, kept.Id, hosts),
            StsMode.Testing => OurEvidence.StsTesting.Say(domain, kept.Id, hosts),
            _ => OurEvidence.StsNone.Say(domain, kept.Id),
        })
        {
            Id = kept.Id,
        };
    }

    private static StsFound Unfetched(string domain, StsFetched what) =>
        new(null, OurEvidence.StsNotFetched.Say(domain, what.Problem!))
        {
            Failure = what.Failure,
            IsUnanswered = what.Failure != StsFetched.Invalid,
        };

    private static StsFound NoRecord(string domain, DnsAnswer<string> answer, IReadOnlyList<string> records) => records.Count switch
    {
        0 when answer.Outcome == DnsOutcome.Unanswered =>
            new(null, OurEvidence.StsUnanswered.Say(domain, answer.Detail)) { IsUnanswered = true },
        0 => new(null, OurEvidence.StsNoRecord.Say(domain)),
        1 => new(null, OurEvidence.StsRecordWrong.Say(domain, records[0])),
        _ => new(null, OurEvidence.StsSeveralRecords.Say(domain, records.Count)),
    };

    private sealed record Known(string Id, StsPolicy Policy, DateTimeOffset Fetched);
}
