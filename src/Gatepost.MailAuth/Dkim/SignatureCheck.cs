using Gatepost.MailAuth.Message;
using Gatepost.Replies;

namespace Gatepost.MailAuth.Dkim;

/// <summary>One signature over fields and body, from its reading to its result; the same for DKIM and for ARC's message
/// signature.</summary>
internal sealed class SignatureCheck
{
    private readonly Signature signature;
    private readonly MessageFields fields;
    private readonly BodyHash? body;
    private readonly KeySearch keys;
    private readonly List<Finding> steps = [];

    private SignatureCheck(Signature signature, MessageFields fields, BodyHashes bodies, KeySearch keys)
    {
        (this.signature, this.fields, this.keys) = (signature, fields, keys);
        if (signature.Fault is not null)
            return;
        keys.Ask(signature.KeyName);
        body = bodies.Ask(signature.BodyForm, signature.Algorithm.Hash(), signature.Length);
    }

    /// <summary>The bits of the key that was used or would have been; null without one.</summary>
    public int? KeyBits { get; private set; }

    public bool IsTesting { get; private set; }

    public IReadOnlyList<Finding> Steps => steps;

    /// <summary>Starts the questions to DNS and says which hash of the body is needed.</summary>
    public static SignatureCheck Start(Signature signature, MessageFields fields, BodyHashes bodies, KeySearch keys) =>
        new(signature, fields, bodies, keys);

    /// <summary>The verdict, once the body has passed.</summary>
    /// <param name="now">Null if time does not count.</param>
    /// <param name="whole">The body again, to find out what was changed; null when it cannot be read again or is too long.</param>
    public async ValueTask<AuthResult> FinishAsync(DateTimeOffset? now, Func<ValueTask<ReadOnlyMemory<byte>?>> whole)
    {
        if ((signature.Fault ?? (now is { } time ? signature.AtTime(time) : null)) is { } fault)
            return End(AuthResult.PermError, fault);
        var found = await keys.ForAsync(signature).ConfigureAwait(false);
        if (found.Step is not null)
            steps.Add(found.Step);
        if (found.Usable is null)
            return found.Result;

        bool isShort = signature.Length > body!.Length;
        bool isBody = !isShort && body.Value.Span.SequenceEqual(signature.BodyHash);
        var selected = fields.Select(signature.Names);
        byte[] hash = signature.Hash(selected, signature.HeaderForm);
        var record = found.Usable.FirstOrDefault(one => one.Key!.Verify(hash, signature.Value, signature.Algorithm));
        bool isHeader = record is not null;
        record ??= found.Usable[0];
        (KeyBits, IsTesting) = (record.Key!.Bits, record.IsTesting);
        if (IsTesting)
            steps.Add(OurEvidence.DkimKeyTesting.Say(signature.Domain));
        if (isBody && isHeader)
            return Accept(record.Key);

        if (isShort)
            steps.Add(OurEvidence.DkimBodyShort.Say(new Octets(signature.Length!.Value), new Octets(body.Length)));
        else if (!isBody)
            await SayBodyAsync(whole).ConfigureAwait(false);
        if (!isHeader)
            steps.AddRange(HeaderTrials.Run(signature, fields, record.Key));
        SayWeak(record.Key);
        return AuthResult.Fail;
    }

    private AuthResult Accept(PublicKey key)
    {
        if (SayWeak(key))
            return AuthResult.PermError;
        steps.Add(OurEvidence.DkimPass.Say(signature.Domain, signature.Algorithm.Word(), signature.KeyName, key.Bits));
        if (signature.IsDraft)
            steps.Add(OurEvidence.DkimVersionDraft.Say());
        if (signature.Length is { } length && length < body!.Length)
            steps.Add(OurEvidence.DkimBodyPartly.Say(new Octets(length), new Octets(body.Length)));
        return AuthResult.Pass;
    }

    /// <summary>Whether it would not be believed even if it were right (RFC 8301).</summary>
    private bool SayWeak(PublicKey key)
    {
        if (!key.IsStrong)
            steps.Add(OurEvidence.DkimKeyShort.Say(key.Bits, PublicKey.LeastBits));
        if (signature.Algorithm == SignatureAlgorithm.RsaSha1)
            steps.Add(OurEvidence.DkimAlgorithmHistoric.Say(signature.Algorithm.Word()));
        return !key.IsStrong || signature.Algorithm == SignatureAlgorithm.RsaSha1;
    }

    private async ValueTask SayBodyAsync(Func<ValueTask<ReadOnlyMemory<byte>?>> whole)
    {
        steps.Add(OurEvidence.DkimBodyChanged.Say());
        if (await whole().ConfigureAwait(false) is { } octets && BodyTrials.Run(signature, fields, octets.Span) is { } how)
            steps.Add(how);
    }

    private AuthResult End(AuthResult result, Finding step)
    {
        steps.Add(step);
        return result;
    }
}
