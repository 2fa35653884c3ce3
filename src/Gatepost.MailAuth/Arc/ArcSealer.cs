using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Gatepost.Dns;
using Gatepost.MailAuth.Dkim;
using Gatepost.MailAuth.Message;
using Gatepost.Replies;
using Gatepost.Smtp;
using Gatepost.Smtp.Message;

namespace Gatepost.MailAuth.Arc;

/// <summary>Seals messages that are passed on: adds a set to their ARC chain (RFC 8617 §5.1).</summary>
/// <remarks>Thread-safe.</remarks>
public sealed class ArcSealer(IResolver dns, TimeProvider time)
{
    /// <summary>What the message signature covers, as often as it is there; RFC 8617 §4.1.2 recommends what DKIM recommends, and its
    /// signatures.</summary>
    private static readonly string[] Usual =
    [
        "from", "to", "cc", "subject", "date", "reply-to", "sender", "message-id", "in-reply-to", "references", "mime-version",
        "content-type", "content-transfer-encoding", "list-id", "list-unsubscribe", "list-post", "dkim-signature",
    ];

    /// <summary>Reads the message once, validates its chain and seals it.</summary>
    /// <param name="message">From its first octet, as it will be sent.</param>
    /// <param name="server">Our name in Authentication-Results.</param>
    /// <param name="key">Of the sealing domain.</param>
    /// <param name="results">What we found when the message came (<c>spf=pass ...; dkim=...</c>); null takes it from the
    /// Authentication-Results with our name in the message.</param>
    /// <param name="names">Fields to sign; null for the usual ones.</param>
    /// <param name="cancel">Gives up.</param>
    public async ValueTask<MessageSignature> SealAsync(
        Stream message, string server, SigningKey key, string? results, IReadOnlyList<string>? names, CancellationToken cancel)
    {
        using var pass = await MessagePass.ReadHeaderAsync(message, cancel).ConfigureAwait(false);
        if (pass.Fields.IsOverLimit)
            return new MessageSignature(ReadOnlyMemory<byte>.Empty, OurEvidence.DkimHeaderTooLong.Say());
        var run = new ArcValidator(dns, time).Start(pass.Fields, pass.Bodies, cancel);
        var body = pass.Bodies.Ask(Canonicalization.Relaxed, HashAlgorithmName.SHA256, limit: null);
        await pass.ReadBodyAsync(cancel).ConfigureAwait(false);
        // Nothing can be added to a chain that was ended, and nothing above the highest number (RFC 8617 §5.1.2, §4.2.1).
        if (run.Chain.Ended is { } ended)
            return new MessageSignature(ReadOnlyMemory<byte>.Empty, ended);
        var chain = await run.FinishAsync(pass.BodyAgainAsync).ConfigureAwait(false);
        try
        {
            var fields = pass.Fields;
            var set = new NewSet(run.Chain.Highest + 1, key, time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
            var found = set.Results(server, results ?? ResultsOf(fields, server));
            names ??= [.. Usual.SelectMany(name => Enumerable.Repeat(name, fields.Places(name).Count))];
            var signed = set.Message(fields, names, body.Value.Span);
            // A seal that ends a chain covers its own set only (RFC 8617 §5.1.2).
            var seal = set.Seal(chain.Result is AuthResult.None or AuthResult.Pass ? run.Chain.Sets : [], found, signed, chain.ChainStatus);
            return new MessageSignature((byte[])[.. seal.Raw.Span, .. signed.Raw.Span, .. found.Raw.Span], null);
        }
        catch (CryptographicException failure)
        {
            return new MessageSignature(ReadOnlyMemory<byte>.Empty, OurEvidence.DkimSignKey.Say(key.Domain, failure.Message));
        }
    }

    /// <summary>The results of all fields that a server of this name wrote, in their order.</summary>
    private static string ResultsOf(MessageFields fields, string server)
    {
        var found = new List<string>();
        foreach (var field in fields.Named("authentication-results"))
        {
            string value = field.Unfolded(64 * 1024);
            int end = value.IndexOf(';', StringComparison.Ordinal);
            string name = (end < 0 ? value : value[..end]).Trim().Split(' ')[0];
            string payload = value[(end + 1)..].Trim(' ', ';');
            if (end >= 0 && payload.Length > 0 && name.Equals(server, StringComparison.OrdinalIgnoreCase))
                found.Add(payload);
        }

        return found.Count == 0 ? "none" : string.Join("; ", found);
    }

    /// <summary>The three fields of one set in the making.</summary>
    private sealed class NewSet(int instance, SigningKey key, string now)
    {
        private const int Columns = 76;

        private readonly string number = instance.ToString(CultureInfo.InvariantCulture);

        public HeaderField Results(string server, string results)
        {
            var text = new StringBuilder($"{ArcSet.ResultsName}:");
            int column = text.Length;
            foreach (string word in $"i={number}; {server}; {results}".Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                bool isNew = column + word.Length + 1 > Columns;
                text.Append(isNew ? "\r\n " : " ").Append(word);
                column = (isNew ? 1 : column + 1) + word.Length;
            }

            byte[] raw = Encoding.UTF8.GetBytes(text.Append("\r\n").ToString());
            return new HeaderField(raw, ArcSet.ResultsName.Length, ArcSet.ResultsName.Length);
        }

        public HeaderField Message(MessageFields fields, IReadOnlyList<string> names, ReadOnlySpan<byte> body)
        {
            var field = new TagField(ArcSet.MessageName,
            [
                ("a", key.Algorithm.Word()), ("b", ""), ("bh", Convert.ToBase64String(body)), ("c", "relaxed/relaxed"), ("d", key.Domain),
                ("h", string.Join(':', names)), ("i", number), ("s", key.Selector), ("t", now),
            ], foldValues: false);
            byte[] hash = Signature.Read(field.Write([]), SignatureKind.ArcMessage).Hash(fields.Select(names), Canonicalization.Relaxed);
            return field.Write(key.Sign(hash));
        }

        public HeaderField Seal(IEnumerable<ArcSet> before, HeaderField results, HeaderField message, string chain)
        {
            var field = new TagField(ArcSet.SealName,
            [
                ("a", key.Algorithm.Word()), ("b", ""), ("cv", chain), ("d", key.Domain), ("i", number), ("s", key.Selector), ("t", now),
            ], foldValues: false);
            var unsigned = Signature.Read(field.Write([]), SignatureKind.Seal);
            var own = new ArcSet(instance, results, Signature.Read(message, SignatureKind.ArcMessage), unsigned);
            return field.Write(key.Sign(ArcSeal.Hash([.. before, own], unsigned)));
        }
    }
}
