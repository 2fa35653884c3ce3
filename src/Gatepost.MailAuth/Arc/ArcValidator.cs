using Gatepost.Dns;
using Gatepost.MailAuth.Dkim;
using Gatepost.MailAuth.Message;
using Gatepost.Replies;

namespace Gatepost.MailAuth.Arc;

/// <summary>Validates the ARC chain of a message (RFC 8617 §5.2).</summary>
/// <remarks>A function of message, DNS and clock. Thread-safe.</remarks>
public sealed class ArcValidator(IResolver dns, TimeProvider time)
{
    /// <summary>Reads the message once, and its body a second time if it can be searched and was changed.</summary>
    /// <param name="message">From its first octet; line ends are CR LF.</param>
    /// <param name="cancel">Gives up.</param>
    public async ValueTask<ArcResult> ValidateAsync(Stream message, CancellationToken cancel)
    {
        using var pass = await MessagePass.ReadHeaderAsync(message, cancel).ConfigureAwait(false);
        var run = Start(pass.Fields, pass.Bodies, cancel);
        await pass.ReadBodyAsync(cancel).ConfigureAwait(false);
        return await run.FinishAsync(pass.BodyAgainAsync).ConfigureAwait(false);
    }

    /// <summary>Reads the chain and asks DNS for its keys, while the body is still to come.</summary>
    internal ArcRun Start(MessageFields fields, BodyHashes bodies, CancellationToken cancel) => new(fields, bodies, dns, time, cancel);
}

/// <summary>The validation of one chain between header and end of body.</summary>
internal sealed class ArcRun
{
    private readonly MessageFields fields;
    private readonly KeySearch keys;
    private readonly TimeProvider time;
    private readonly Dictionary<int, SignatureCheck> messages = [];
    private readonly List<Finding> steps = [];

    public ArcRun(MessageFields fields, BodyHashes bodies, IResolver dns, TimeProvider time, CancellationToken cancel)
    {
        (this.fields, this.time) = (fields, time);
        keys = new KeySearch(dns, cancel);
        Chain = ArcChain.Read(fields);
        if (Chain.Fault is not null || Chain.Sets.Count == 0 || Chain.Sets.Any(set => set.Chain == "fail"))
            return;
        foreach (var set in Chain.Sets)
        {
            keys.Ask(set.Seal.KeyName);
            messages[set.Instance] = SignatureCheck.Start(set.Message, fields, bodies, keys);
        }
    }

    /// <summary>The sets as they were read.</summary>
    public ArcChain Chain { get; }

    public async ValueTask<ArcResult> FinishAsync(Func<ValueTask<ReadOnlyMemory<byte>?>> whole)
    {
        if (fields.IsOverLimit)
            return End(AuthResult.Fail, OurEvidence.DkimHeaderTooLong.Say());
        if (Chain.Fault is { } fault)
            return End(AuthResult.Fail, fault);
        if (Chain.Sets.Count == 0)
            return End(AuthResult.None, OurEvidence.ArcNone.Say());
        // The seal on a failed chain ends it (RFC 8617 §5.2 step 2).
        if (Chain.Sets.FirstOrDefault(set => set.Chain == "fail") is { } failed)
            return End(AuthResult.Fail, OurEvidence.ArcFailedBefore.Say(failed.Instance, failed.Seal.Domain));

        var newest = Chain.Sets[^1];
        var result = await MessageAsync(newest, whole).ConfigureAwait(false);
        if (result != AuthResult.Pass)
            return End(result, null);
        for (int i = Chain.Sets.Count - 1; i >= 0; i--)
        {
            result = await SealAsync(Chain.Sets[i]).ConfigureAwait(false);
            if (result != AuthResult.Pass)
                return End(result, null);
        }

        int oldest = await OldestAsync().ConfigureAwait(false);
        steps.Insert(0, OurEvidence.ArcPass.Say(Chain.Sets.Count, [.. Chain.Sets.Select(set => set.Seal.Domain)]));
        if (oldest == 1)
            return End(AuthResult.Pass, null);
        var changed = OurEvidence.ArcChangedAfter.Say(Chain.Sets[oldest - 2].Seal.Domain, Chain.Sets[oldest - 1].Seal.Domain);
        return End(AuthResult.Pass, changed) with { OldestPass = oldest };
    }

    private async ValueTask<AuthResult> MessageAsync(ArcSet set, Func<ValueTask<ReadOnlyMemory<byte>?>> whole)
    {
        var check = messages[set.Instance];
        // The time a set was made says nothing of its worth, and ARC knows no expiry.
        var result = await check.FinishAsync(null, whole).ConfigureAwait(false);
        if (result != AuthResult.Pass)
            steps.AddRange(check.Steps.Select(step => OurEvidence.ArcField.Say(ArcSet.MessageName, set.Instance, step)));
        return result is AuthResult.Pass or AuthResult.TempError ? result : AuthResult.Fail;
    }

    private async ValueTask<AuthResult> SealAsync(ArcSet set)
    {
        var key = await keys.ForAsync(set.Seal).ConfigureAwait(false);
        if (key.Usable is null)
            return FailAt(set, key.Result == AuthResult.TempError ? AuthResult.TempError : AuthResult.Fail, key.Step!);
        byte[] hash = ArcSeal.Hash(Chain.Sets.Take(set.Instance), set.Seal);
        if (key.Usable.FirstOrDefault(one => one.Key!.Verify(hash, set.Seal.Value, set.Seal.Algorithm)) is not { Key: { } used })
            return FailAt(set, AuthResult.Fail, OurEvidence.ArcSealBroken.Say(set.Seal.KeyName));
        if (set.Seal.Algorithm == SignatureAlgorithm.RsaSha1)
            return FailAt(set, AuthResult.Fail, OurEvidence.DkimAlgorithmHistoric.Say(set.Seal.Algorithm.Word()));
        return used.IsStrong ? AuthResult.Pass : FailAt(set, AuthResult.Fail, OurEvidence.DkimKeyShort.Say(used.Bits, PublicKey.LeastBits));
    }

    private AuthResult FailAt(ArcSet set, AuthResult result, Finding step)
    {
        steps.Add(OurEvidence.ArcField.Say(ArcSet.SealName, set.Instance, step));
        return result;
    }

    /// <summary>The lowest instance from which on every message signature holds.</summary>
    private async ValueTask<int> OldestAsync()
    {
        for (int i = Chain.Sets.Count - 2; i >= 0; i--)
        {
            var check = messages[Chain.Sets[i].Instance];
            var result = await check.FinishAsync(null, static () => new((ReadOnlyMemory<byte>?)null)).ConfigureAwait(false);
            if (result != AuthResult.Pass)
                return Chain.Sets[i].Instance + 1;
        }

        return 1;
    }

    private ArcResult End(AuthResult result, Finding? step) => new()
    {
        Result = result,
        Hops = [.. Chain.Sets.Select(set => new ArcHop(set.Instance, set.Seal.Domain, set.Seal.Selector, set.Payload))],
        Steps = step is null ? steps : [.. steps, step],
    };
}
