using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Policy.Rules.Recipient;

/// <summary>Refuses an address that looks like the rewritten sender of a forward of ours and is not, or no longer, or that gets
/// something else than a bounce.</summary>
/// <remarks>Without that anybody could have this server send mail to any address in the world; and a recipient of a forward
/// could write to its sender through us. A bounce has the null sender (RFC 5321 §4.5.5).</remarks>
public sealed class SrsInvalid : IRule
{
    public string Name => "srs-invalid";

    public Stage Stage => Stage.RcptTo;

    public bool AppliesTo(ListenerRole role) => true;

    public ValueTask<Verdict> JudgeAsync(RuleContext context, CancellationToken cancel)
    {
        if (context.Recipient is { IsReturnAddress: true } && context.Session.Envelope?.Sender is { } sender)
            return Refuse(context, RecipientReplies.SrsInvalid, OurEvidence.SrsNotABounce.Say(sender.ToString()));
        if (context.Recipient?.ReturnFault is not { } read)
            return ValueTask.FromResult(Verdict.Unremarkable);
        var entry = read.IsExpired ? RecipientReplies.SrsExpired : RecipientReplies.SrsInvalid;
        return Refuse(context, entry, read.Fault!);
    }

    private static ValueTask<Verdict> Refuse(RuleContext context, ReplyEntry entry, Finding why) => ValueTask.FromResult(Verdict.Refuse(
        entry.Id,
        entry.Say(("recipient", context.RecipientText)),
        why,
        OurFacts.WouldPass.Is(OurEvidence.PassSrs.Say())));
}
