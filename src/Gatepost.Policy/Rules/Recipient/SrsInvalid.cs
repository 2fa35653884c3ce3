using Gatepost.Policy.Directory;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Policy.Rules.Recipient;

/// <summary>Refuses an address that looks like the rewritten sender of a forward of ours and is not, or no longer.</summary>
/// <remarks>Without that anybody could have this server send mail to any address in the world.</remarks>
public sealed class SrsInvalid : IRule
{
    public string Name => "srs-invalid";

    public Stage Stage => Stage.RcptTo;

    public bool AppliesTo(ListenerRole role) => true;

    public ValueTask<Verdict> JudgeAsync(RuleContext context, CancellationToken cancel)
    {
        if (context.Recipient is not { Outcome: ResolutionOutcome.BadReturnAddress, ReturnFault: { } read })
            return ValueTask.FromResult(Verdict.Unremarkable);
        var entry = read.IsExpired ? RecipientReplies.SrsExpired : RecipientReplies.SrsInvalid;
        return ValueTask.FromResult(Verdict.Refuse(
            entry.Id,
            entry.Say(("recipient", context.RecipientText)),
            read.Fault!,
            OurFacts.WouldPass.Is(OurEvidence.PassSrs.Say())));
    }
}
