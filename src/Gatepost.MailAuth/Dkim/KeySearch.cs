using Gatepost.Dns;
using Gatepost.Replies;

namespace Gatepost.MailAuth.Dkim;

/// <summary>Asks DNS for the keys of a message's signatures: each name once, all together, from the moment the header is read.</summary>
internal sealed class KeySearch(IResolver dns, CancellationToken cancel)
{
    /// <summary>Records of one name that are tried (RFC 6376 §6.1.2 leaves it to the verifier).</summary>
    private const int MaxRecords = 4;

    private readonly Dictionary<string, Task<KeyRecords>> questions = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Asks, without waiting.</summary>
    public void Ask(string name)
    {
        if (!questions.ContainsKey(name))
            questions[name] = AskAsync(name);
    }

    /// <summary>The key for a signature, which was asked for before.</summary>
    public async ValueTask<KeyFinding> ForAsync(Signature signature)
    {
        string name = signature.KeyName;
        var answer = await questions[name].ConfigureAwait(false);
        if (answer.Unanswered is { } cause)
            return new KeyFinding(null, AuthResult.TempError, OurEvidence.DkimKeyUnanswered.Say(name, cause));
        if (answer.Records.Count == 0)
            return new KeyFinding(null, AuthResult.PermError, OurEvidence.DkimKeyAbsent.Say(name));
        var usable = answer.Records.Where(record => record.Against(signature) is null).ToList();
        if (usable.Count == 0)
            return new KeyFinding(null, AuthResult.PermError, OurEvidence.DkimKeyUnusable.Say(name, answer.Records[0].Against(signature)!));
        return new KeyFinding(usable, AuthResult.None, answer.Count > 1 ? OurEvidence.DkimKeySeveral.Say(name, answer.Count) : null);
    }

    private async Task<KeyRecords> AskAsync(string name)
    {
        var answer = await dns.TxtAsync(name, cancel).ConfigureAwait(false);
        if (answer.Outcome == DnsOutcome.Unanswered)
            return new KeyRecords([], 0, answer.Detail ?? OurEvidence.DnsSilence.Say());
        return new KeyRecords([.. answer.Records.Take(MaxRecords).Select(KeyCache.Read)], answer.Records.Count, null);
    }

    private sealed record KeyRecords(IReadOnlyList<KeyRecord> Records, int Count, Finding? Unanswered);
}

/// <summary>What DNS has of a key.</summary>
/// <param name="Usable">The records that fit the signature; null when there is none.</param>
/// <param name="Result">What follows without any.</param>
/// <param name="Step">What was found; null when there is nothing to say of it.</param>
internal sealed record KeyFinding(IReadOnlyList<KeyRecord>? Usable, AuthResult Result, Finding? Step);
