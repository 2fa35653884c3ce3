using Gatepost.Dns;
using Gatepost.Files;
using Gatepost.Policy.Directory;
using Gatepost.Replies;
using Gatepost.Web.Control;

namespace Gatepost.Signing;

/// <summary>Makes keys for hosted domains, lets a key sign when its record is in DNS, and removes replaced ones when their time
/// is over.</summary>
/// <param name="folder">Where the keys are.</param>
/// <param name="signer">Gets the keys in force.</param>
/// <param name="hosted">The domains hosted now, in A-labels.</param>
/// <param name="dns">Asked for the records.</param>
/// <param name="options">In force.</param>
/// <param name="time">For states and waits.</param>
/// <param name="report">Takes what happened.</param>
internal sealed class KeyRotation(
    SigningKeyFolder folder, DomainSigner signer, Func<CancellationToken, ValueTask<IReadOnlyList<string>>> hosted, IResolver dns,
    Func<DkimOptions> options, TimeProvider time, Action<Finding> report) : IKeyControl
{
    /// <summary>The first step waits: a server that just starts has more urgent work than making keys.</summary>
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(5);

    /// <summary>For how long a new key is asked for at each step; afterwards hourly, because a domain may never be published.</summary>
    private static readonly TimeSpan Eager = TimeSpan.FromHours(1);

    /// <summary>One change of the files at a time; not held while DNS is asked.</summary>
    private readonly SemaphoreSlim gate = new(1, 1);
    private readonly KeyAdministration administration = new(folder, time);
    private readonly Dictionary<string, DateTimeOffset> asked = new(StringComparer.Ordinal);
    private readonly HashSet<string> reported = new(StringComparer.Ordinal);

    /// <summary>Until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        var wait = FirstWait;
        try
        {
            // What was active before the restart signs from the first message on.
            await ChangeAsync(() => [], cancel).ConfigureAwait(false);
            while (true)
            {
                await Task.Delay(wait < options().Check ? wait : options().Check, time, cancel).ConfigureAwait(false);
                wait = options().Check;
                await StepAsync(cancel).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // The server stops.
        }
    }

    /// <summary>Once: what is missing is made, what is seen becomes active, what is over is removed.</summary>
    public async ValueTask StepAsync(CancellationToken cancel)
    {
        try
        {
            if (!options().Sign)
            {
                await ChangeAsync(() => [], cancel).ConfigureAwait(false);
                return;
            }

            var domains = await hosted(cancel).ConfigureAwait(false);
            var keys = await ChangeAsync(() => Make(domains), cancel).ConfigureAwait(false);
            var seen = await PublishedAsync(keys, cancel).ConfigureAwait(false);
            await ChangeAsync(() => Move(seen), cancel).ConfigureAwait(false);
        }
        catch (DirectoryUnavailableException failure)
        {
            ReportOnce("folder", OurEvidence.DkimKeysNotKept.Say(failure.Message));
        }
    }

    /// <summary>An administrator's change; it is in force when this completes.</summary>
    public async Task<KeyAnswer> RunAsync(KeyRequest request, CancellationToken cancel)
    {
        try
        {
            var domains = await hosted(cancel).ConfigureAwait(false);
            KeyAnswer? answer = null;
            await ChangeAsync(() =>
            {
                answer = administration.Run(request, domains);
                return [];
            }, cancel).ConfigureAwait(false);
            return answer ?? new KeyAnswer([], OurEvidence.DkimKeysSeeLog.Say(), []);
        }
        catch (DirectoryUnavailableException failure)
        {
            return new KeyAnswer([], OurEvidence.DkimKeysNotKept.Say(failure.Message), []);
        }
    }

    /// <summary>Changes files alone, and has the keys as they are then sign.</summary>
    /// <returns>Those keys; none while the folder cannot be read.</returns>
    private async ValueTask<IReadOnlyList<StoredKey>> ChangeAsync(Func<IEnumerable<Finding>> change, CancellationToken cancel)
    {
        await gate.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            foreach (var done in change())
                report(done);
            var keys = folder.Read();
            foreach (var fault in keys.Faults)
                ReportOnce(fault.File, OurEvidence.DkimKeyUnreadable.Say(fault.File, fault.Cause));
            signer.Use(options().Sign ? keys : new StoredKeys([], []));
            return keys.Keys;
        }
        catch (Exception failure) when (Disk.IsFailure(failure))
        {
            var why = OurEvidence.DkimKeysNotKept.Say(failure.Message);
            ReportOnce("folder", why);
            if (options().Sign)
                signer.Fail(why);
            else
                signer.Use(new StoredKeys([], []));
            return [];
        }
        finally
        {
            gate.Release();
        }
    }

    private List<Finding> Make(IReadOnlyList<string> domains)
    {
        var keys = folder.Read();
        var have = keys.Keys.Select(key => key.Key.Domain).Concat(keys.Faults.Select(fault => fault.Domain))
            .ToHashSet(StringComparer.OrdinalIgnoreCase);
        return [.. domains.Where(domain => !have.Contains(domain)).SelectMany(domain => folder.MakeAll(domain, time.GetUtcNow()))
            .Select(made => OurEvidence.DkimKeyMade.Say(made.Key.RecordName))];
    }

    /// <summary>Keys whose records were seen sign from now on; those that they replace, or whose time is over, do not.</summary>
    private List<Finding> Move(HashSet<string> seen)
    {
        var done = new List<Finding>();
        var keys = folder.Read().Keys.ToList();
        for (int i = 0; i < keys.Count; i++)
        {
            if (keys[i].State == KeyState.Waiting && seen.Contains(keys[i].Key.RecordName))
                done.Add(Activate(keys, i));
        }

        foreach (var over in keys.Where(key => key.State == KeyState.Retiring && key.Since + options().Overlap < time.GetUtcNow()))
        {
            folder.Remove(over);
            done.Add(OurEvidence.DkimKeyOver.Say(over.Key.RecordName));
        }

        return done;
    }

    /// <summary>It takes the place of what signed with the same algorithm.</summary>
    private Finding Activate(List<StoredKey> keys, int at)
    {
        var now = time.GetUtcNow();
        var fresh = keys[at];
        keys[at] = folder.Change(fresh, KeyState.Active, now);
        for (int i = 0; i < keys.Count; i++)
        {
            bool isSame = keys[i].Key.Domain == fresh.Key.Domain && keys[i].Key.Algorithm == fresh.Key.Algorithm;
            if (i != at && isSame && keys[i].State == KeyState.Active)
                keys[i] = folder.Change(keys[i], KeyState.Retiring, now);
        }

        return OurEvidence.DkimKeySeen.Say(fresh.Key.RecordName);
    }

    /// <summary>The record names of waiting keys that are in DNS; all are asked together.</summary>
    private async ValueTask<HashSet<string>> PublishedAsync(IReadOnlyList<StoredKey> keys, CancellationToken cancel)
    {
        var waiting = keys.Where(key => key.State == KeyState.Waiting && IsDue(key)).ToList();
        var answers = await Task.WhenAll(waiting.Select(key => IsPublishedAsync(key, cancel).AsTask())).ConfigureAwait(false);
        return [.. waiting.Where((_, i) => answers[i]).Select(key => key.Key.RecordName)];
    }

    private bool IsDue(StoredKey key)
    {
        var now = time.GetUtcNow();
        bool isEager = now - key.Since < Eager;
        if (!isEager && asked.TryGetValue(key.Key.RecordName, out var last) && now - last < Eager)
            return false;
        asked[key.Key.RecordName] = now;
        return true;
    }

    private async ValueTask<bool> IsPublishedAsync(StoredKey key, CancellationToken cancel)
    {
        var answer = await dns.TxtAsync(key.Key.RecordName, cancel).ConfigureAwait(false);
        return answer.Outcome == DnsOutcome.Found && answer.Records.Count == 1 && key.Key.IsPublishedAs(answer.Records[0]);
    }

    private void ReportOnce(string about, Finding what)
    {
        if (reported.Add(about))
            report(what);
    }
}
