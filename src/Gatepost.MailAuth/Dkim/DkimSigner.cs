using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using Gatepost.MailAuth.Message;
using Gatepost.Replies;
using Gatepost.Smtp;
using Gatepost.Smtp.Message;

namespace Gatepost.MailAuth.Dkim;

/// <summary>Signs messages with one or several keys: a field for each, all over the same octets (RFC 6376 §5).</summary>
/// <remarks>Thread-safe.</remarks>
public sealed class DkimSigner(TimeProvider time)
{
    /// <summary>Signed one more time than they occur, so that none can be added (RFC 6376 §8.15).</summary>
    private static readonly string[] Guarded =
        ["from", "to", "cc", "subject", "date", "reply-to", "message-id", "mime-version", "content-type", "content-transfer-encoding"];

    /// <summary>Signed as often as they are there. Relays and lists may add them, so they are not guarded.</summary>
    private static readonly string[] Others =
    [
        "sender", "in-reply-to", "references", "content-id", "content-description", "content-disposition", "content-language",
        "resent-date", "resent-from", "resent-sender", "resent-to", "resent-cc", "resent-message-id",
        "list-id", "list-help", "list-unsubscribe", "list-unsubscribe-post", "list-subscribe", "list-post", "list-owner", "list-archive",
        "auto-submitted", "autocrypt", "feedback-id", "tls-required",
    ];

    /// <summary>Reads a message once and signs it.</summary>
    /// <param name="message">From its first octet, as it will be sent.</param>
    /// <param name="choose">The keys for a message with this header, all of one domain; none leaves it unsigned, without a fault. It may
    /// throw a <see cref="CryptographicException"/> for a key that cannot be used. A message is never half signed.</param>
    /// <param name="cancel">Gives up.</param>
    public async ValueTask<MessageSignature> SignAsync(
        Stream message, Func<MessageFields, IReadOnlyList<SigningKey>> choose, CancellationToken cancel)
    {
        using var pass = await MessagePass.ReadHeaderAsync(message, cancel).ConfigureAwait(false);
        // The author's domain, and so its key, is then unknown.
        if (pass.Fields.IsOverLimit)
            return OfMessage(OurEvidence.DkimHeaderTooLong.Say());
        var keys = choose(pass.Fields);
        if (keys.Count == 0)
            return new MessageSignature(ReadOnlyMemory<byte>.Empty, null);
        if (Unsignable(pass) is { } fault)
            return OfMessage(fault);
        var body = pass.Bodies.Ask(Canonicalization.Relaxed, HashAlgorithmName.SHA256, limit: null);
        if (await pass.ReadBodyAndLineEndsAsync(cancel).ConfigureAwait(false))
            return OfMessage(OurEvidence.DkimSignLineEnd.Say());
        try
        {
            var signed = new ArrayBufferWriter<byte>(1024);
            foreach (var key in keys)
                signed.Write(Sign(pass.Fields, body.Value.Span, key).Raw.Span);
            return new MessageSignature(signed.WrittenMemory, null);
        }
        catch (CryptographicException failure)
        {
            return new MessageSignature(ReadOnlyMemory<byte>.Empty, OurEvidence.DkimSignKey.Say(keys[0].Domain, failure.Message));
        }
    }

    private static MessageSignature OfMessage(Finding fault) => new(ReadOnlyMemory<byte>.Empty, fault) { IsOfMessage = true };

    private static Finding? Unsignable(MessagePass pass)
    {
        if (pass.End == HeaderEnd.NotAField)
            return OurEvidence.DkimSignBroken.Say();
        return pass.Fields.Places("from").Count switch
        {
            0 => OurEvidence.DkimSignNoFrom.Say(),
            1 => null,
            var several => OurEvidence.DkimSignFroms.Say(several),
        };
    }

    private HeaderField Sign(MessageFields fields, ReadOnlySpan<byte> body, SigningKey key)
    {
        string[] names = Names(fields);
        var field = new TagField("DKIM-Signature",
        [
            ("v", "1"),
            ("a", key.Algorithm.Word()),
            ("c", "relaxed/relaxed"),
            ("d", key.Domain),
            ("s", key.Selector),
            ("t", time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)),
            ("h", string.Join(':', names)),
            ("bh", Convert.ToBase64String(body)),
            ("b", ""),
        ], foldValues: true);
        byte[] hash = Signature.Read(field.Write([]), SignatureKind.Dkim).Hash(fields.Select(names), Canonicalization.Relaxed);
        return field.Write(key.Sign(hash));
    }

    private static string[] Names(MessageFields fields) =>
    [
        .. Guarded.SelectMany(name => Enumerable.Repeat(name, fields.Places(name).Count + 1)),
        .. Others.SelectMany(name => Enumerable.Repeat(name, fields.Places(name).Count)),
    ];
}
