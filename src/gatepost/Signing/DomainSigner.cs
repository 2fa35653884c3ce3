using Gatepost.MailAuth.Dkim;
using Gatepost.MailAuth.Dmarc;
using Gatepost.MailAuth.Message;
using Gatepost.Smtp;

namespace Gatepost.Signing;

/// <summary>Signs with the active keys of the domain that From names, or of the nearest domain above it (RFC 6376 §3.5; aligned by
/// RFC 9989).</summary>
/// <remarks>Thread-safe; keys are exchanged as a whole.</remarks>
internal sealed class DomainSigner(TimeProvider time) : IMessageSigner
{
    private readonly DkimSigner signer = new(time);
    private volatile Dictionary<string, SigningKey[]> active = [];

    /// <summary>Takes these keys, of which the active ones sign.</summary>
    public void Use(IEnumerable<StoredKey> keys) => active = keys.Where(key => key.State == KeyState.Active)
        .GroupBy(key => key.Key.Domain, StringComparer.OrdinalIgnoreCase)
        // The RSA signature first: readers that know no other look no further.
        .ToDictionary(
            domain => domain.Key,
            domain => domain.Select(key => key.Key).OrderBy(key => key.Algorithm).ToArray(),
            StringComparer.OrdinalIgnoreCase);

    public async ValueTask<MessageSignature> SignAsync(Stream message, CancellationToken cancel)
    {
        var keys = active;
        if (keys.Count == 0)
            return default;
        var signed = await signer.SignAsync(message, fields => KeysFor(fields, keys), cancel).ConfigureAwait(false);
        return new MessageSignature(signed.Fields, signed.Fault);
    }

    /// <summary>The key that signs for a domain where there can be one only: that of the domain, or of the nearest one above it; RSA, which
    /// every verifier knows, if it has both.</summary>
    public SigningKey? KeyOf(string? domain) => Nearest(domain ?? "", active) is [var first, ..] ? first : null;

    private static SigningKey[] KeysFor(MessageFields fields, Dictionary<string, SigningKey[]> keys) =>
        AuthorDomains.Of(fields.All).Domains.Select(author => Nearest(author, keys)).FirstOrDefault(found => found is not null) ?? [];

    private static SigningKey[]? Nearest(string name, Dictionary<string, SigningKey[]> keys)
    {
        int at = 0;
        for (int dot; (dot = name.IndexOf('.', at)) > 0; at = dot + 1)
        {
            if (keys.TryGetValue(name[at..], out var found))
                return found;
        }

        return null;
    }
}
