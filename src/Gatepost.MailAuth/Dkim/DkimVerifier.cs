using Gatepost.Dns;
using Gatepost.MailAuth.Message;
using Gatepost.Replies;

namespace Gatepost.MailAuth.Dkim;

/// <summary>Verifies the DKIM signatures of a message (RFC 6376, 8301, 8463).</summary>
/// <remarks>A function of message, DNS and clock. Thread-safe.</remarks>
public sealed class DkimVerifier(IResolver dns, TimeProvider time)
{
    /// <summary>Signatures of one message that are checked, from the first field down. Mail in use has below ten.</summary>
    public const int MaxSignatures = 20;

    /// <summary>Reads the message once, and its body a second time if it can be searched and was changed.</summary>
    /// <param name="message">From its first octet; line ends are CR LF.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>One result for each signature, in their order, or a single one if there is none.</returns>
    public async ValueTask<IReadOnlyList<DkimResult>> VerifyAsync(Stream message, CancellationToken cancel)
    {
        using var pass = await MessagePass.ReadHeaderAsync(message, cancel).ConfigureAwait(false);
        var run = Start(pass.Fields, pass.Bodies, cancel);
        await pass.ReadBodyAsync(cancel).ConfigureAwait(false);
        return await run.FinishAsync(pass.BodyAgainAsync).ConfigureAwait(false);
    }

    /// <summary>Reads the signatures and asks DNS for their keys, while the body is still to come.</summary>
    internal DkimRun Start(MessageFields fields, BodyHashes bodies, CancellationToken cancel) => new(fields, bodies, dns, time, cancel);
}

/// <summary>The check of one message between its header and the end of its body.</summary>
internal sealed class DkimRun
{
    private readonly List<(Signature Signature, SignatureCheck Check)> checks = [];
    private readonly KeySearch keys;
    private readonly TimeProvider time;
    private readonly MessageFields fields;
    private readonly int left;

    public DkimRun(MessageFields fields, BodyHashes bodies, IResolver dns, TimeProvider time, CancellationToken cancel)
    {
        (this.fields, this.time) = (fields, time);
        keys = new KeySearch(dns, cancel);
        var places = fields.Places("dkim-signature");
        left = Math.Max(0, places.Count - DkimVerifier.MaxSignatures);
        foreach (int place in places.Take(DkimVerifier.MaxSignatures))
        {
            var signature = Signature.Read(fields.All[place], SignatureKind.Dkim);
            checks.Add((signature, SignatureCheck.Start(signature, fields, bodies, keys)));
        }
    }

    public async ValueTask<IReadOnlyList<DkimResult>> FinishAsync(Func<ValueTask<ReadOnlyMemory<byte>?>> whole)
    {
        if (fields.IsOverLimit)
            return [new DkimResult { Result = AuthResult.PermError, Steps = [OurEvidence.DkimHeaderTooLong.Say()] }];
        if (checks.Count == 0)
            return [new DkimResult { Result = AuthResult.None, Steps = [OurEvidence.DkimNone.Say()] }];
        var now = time.GetUtcNow();
        var results = new List<DkimResult>(checks.Count);
        foreach (var (signature, check) in checks)
        {
            var result = await check.FinishAsync(now, whole).ConfigureAwait(false);
            results.Add(new DkimResult
            {
                Result = result,
                Domain = signature.Tags["d"],
                Selector = signature.Tags["s"],
                Algorithm = signature.Tags["a"],
                Identity = signature.Identity.Length > 0 ? signature.Identity : null,
                KeyBits = check.KeyBits,
                Signature = signature.Value.Length >= 6 ? Convert.ToBase64String(signature.Value)[..8] : null,
                IsTesting = check.IsTesting,
                Steps = check.Steps,
            });
        }

        if (left > 0)
            results.Add(new DkimResult
            {
                Result = AuthResult.Policy,
                Steps = [OurEvidence.DkimTooMany.Say(left, DkimVerifier.MaxSignatures)],
            });
        return results;
    }
}
