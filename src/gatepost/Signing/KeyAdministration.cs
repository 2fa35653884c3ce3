using Gatepost.Replies;
using Gatepost.Web.Control;

namespace Gatepost.Signing;

/// <summary>What an administrator does with the keys in a folder.</summary>
/// <remarks>Not thread-safe, as the folder.</remarks>
internal sealed class KeyAdministration(SigningKeyFolder folder, TimeProvider time)
{
    /// <param name="hosted">The hosted domains; null if they are not known.</param>
    /// <exception cref="IOException">The disk neither gives nor takes a key.</exception>
    public KeyAnswer Run(KeyRequest request, IReadOnlyList<string>? hosted)
    {
        var read = folder.Read();
        string? domain = request.Domain?.TrimEnd('.').ToLowerInvariant();
        var keys = read.Keys.Where(key => domain is null || key.Key.Domain.Equals(domain, StringComparison.OrdinalIgnoreCase)).ToList();
        if (request.Verb == KeyVerb.List)
            return Answer(keys, read);
        if (domain is null)
            return Refused(OurEvidence.DkimNameDomain.Say(), read);
        if (request.Verb == KeyVerb.Retire)
            return Retire(keys.Find(key => key.Key.Selector == request.Selector), domain, request.Selector, read);
        if (Objection(request.Verb, domain, keys, hosted) is { } objection)
            return Refused(objection, read);
        return Answer(folder.MakeAll(domain, time.GetUtcNow()), read);
    }

    private static Finding? Objection(KeyVerb verb, string domain, List<StoredKey> keys, IReadOnlyList<string>? hosted)
    {
        if (hosted is not null && !hosted.Contains(domain, StringComparer.OrdinalIgnoreCase))
            return OurEvidence.DkimNotHosted.Say(domain);
        if (verb == KeyVerb.New && keys.Count > 0)
            return OurEvidence.DkimHasKeys.Say(domain);
        return verb == KeyVerb.Rotate && keys.Exists(key => key.State == KeyState.Waiting)
            ? OurEvidence.DkimKeysWait.Say(domain)
            : null;
    }

    private KeyAnswer Retire(StoredKey? key, string domain, string? selector, StoredKeys read)
    {
        if (key is null)
            return Refused(OurEvidence.DkimNoKey.Say(domain, selector ?? ""), read);
        if (key.State == KeyState.Active)
            return Answer([folder.Change(key, KeyState.Retiring, time.GetUtcNow())], read);
        folder.Remove(key);
        return Answer([], read);
    }

    private static KeyAnswer Refused(Finding why, StoredKeys read) => Answer([], read) with { Refusal = why };

    private static KeyAnswer Answer(IReadOnlyList<StoredKey> keys, StoredKeys read) =>
        new([.. keys.Select(Line)], null, [.. read.Faults.Select(fault => OurEvidence.DkimKeyFileUnusable.Say(fault.File, fault.Cause))]);

    /// <summary>As it is shown.</summary>
    public static KeyLine Line(StoredKey key) => new()
    {
        Domain = key.Key.Domain,
        Selector = key.Key.Selector,
        Algorithm = key.Key.KeyType,
        State = key.State.ToString().ToLowerInvariant(),
        Since = key.Since,
        RecordName = key.Key.RecordName,
        Record = key.Key.Record,
    };
}
