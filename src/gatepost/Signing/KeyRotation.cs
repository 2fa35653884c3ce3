using Gatepost.Dns;
using Gatepost.Files;
using Gatepost.Policy.Directory;
using Gatepost.Replies;

namespace Gatepost.Signing;

/// <summary>Makes keys for hosted domains, lets a key sign when its record is in DNS, and removes replaced ones when their time
/// is over.</summary>
/// <param name="folder">Where the keys are.</param>
/// <param name="signer">Gets the keys in force.</param>
/// <param name="hosted">The hosted domains of now, in A-labels.</param>
/// <param name="dns">Asked for the records.</param>
/// <param name="options">In force.</param>
/// <param name="time">For states and waits.</param>
/// <param name="report">Takes what happened.</param>
internal sealed class KeyRotation(
    SigningKeyFolder folder, DomainSigner signer, Func<CancellationToken, ValueTask<IReadOnlyList<string>>> hosted, IResolver dns,
    Func<DkimOptions> options, TimeProvider time, Action<Finding> report)
{
    /// <summary>The first step waits: a server that just starts has more urgent work than making keys.</summary>
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(5);

    /// <summary>For how long a new key is asked for at each step; afterwards hourly, because a domain may never be published.</summary>
    private static readonly TimeSpan Eager = TimeSpan.FromHours(1);

    private readonly Dictionary<string, DateTimeOffset> asked = new(StringComparer.Ordinal);
    private readonly HashSet<string> reported = new(StringComparer.Ordinal);

    /// <summary>Until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        var wait = FirstWait;
        try
        {
            // What was active before the restart signs from the first message on.
            if (options().Sign)
                signer.Use(folder.Read(Unreadable));
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
            var keys = options().Sign ? await NextAsync([.. folder.Read(Unreadable)], cancel).ConfigureAwait(false) : [];
            signer.Use(keys);
        }
        catch (Exception failure) when (Disk.IsTrouble(failure) || failure is DirectoryUnavailableException)
        {
            ReportOnce("folder", OurEvidence.DkimKeysNotKept.Say(failure.Message));
        }
    }

    private async ValueTask<List<StoredKey>> NextAsync(List<StoredKey> keys, CancellationToken cancel)
    {
        var domains = await hosted(cancel).ConfigureAwait(false);
        foreach (string domain in domains.Where(domain => !keys.Exists(key => key.Key.Domain == domain)))
        {
            foreach (var made in folder.MakeAll(domain, time.GetUtcNow()))
            {
                keys.Add(made);
                report(OurEvidence.DkimKeyMade.Say(made.Key.RecordName));
            }
        }

        for (int i = 0; i < keys.Count; i++)
        {
            if (keys[i].State == KeyState.Waiting && await IsPublishedAsync(keys[i], cancel).ConfigureAwait(false))
                Activate(keys, i);
        }

        foreach (var over in keys.Where(key => key.State == KeyState.Retiring && key.Since + options().Overlap < time.GetUtcNow()).ToList())
        {
            folder.Remove(over);
            keys.Remove(over);
            report(OurEvidence.DkimKeyOver.Say(over.Key.RecordName));
        }

        return keys;
    }

    /// <summary>It takes the place of what signed with the same algorithm.</summary>
    private void Activate(List<StoredKey> keys, int at)
    {
        var now = time.GetUtcNow();
        var fresh = keys[at];
        keys[at] = folder.Change(fresh, KeyState.Active, now);
        report(OurEvidence.DkimKeySeen.Say(fresh.Key.RecordName));
        for (int i = 0; i < keys.Count; i++)
        {
            bool isSame = keys[i].Key.Domain == fresh.Key.Domain && keys[i].Key.Algorithm == fresh.Key.Algorithm;
            if (i != at && isSame && keys[i].State == KeyState.Active)
                keys[i] = folder.Change(keys[i], KeyState.Retiring, now);
        }
    }

    private async ValueTask<bool> IsPublishedAsync(StoredKey key, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        string name = key.Key.RecordName;
        bool isEager = now - key.Since < Eager;
        if (!isEager && asked.TryGetValue(name, out var last) && now - last < Eager)
            return false;
        asked[name] = now;
        var answer = await dns.TxtAsync(name, cancel).ConfigureAwait(false);
        return answer.Outcome == DnsOutcome.Found && answer.Records.Count == 1 && key.Key.IsPublishedAs(answer.Records[0]);
    }

    private void Unreadable(string file, string why) => ReportOnce(file, OurEvidence.DkimKeyUnreadable.Say(file, why));

    private void ReportOnce(string about, Finding what)
    {
        if (reported.Add(about))
            report(what);
    }
}
