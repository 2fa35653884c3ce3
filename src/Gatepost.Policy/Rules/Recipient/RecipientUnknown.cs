using Gatepost.Policy.Directory;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Policy.Rules.Recipient;

/// <summary>Refuses an address that a domain hosted here does not have.</summary>
/// <remarks><c>postmaster</c> exists always (RFC 5321 §4.5.1).</remarks>
public sealed class RecipientUnknown : IRule
{
    public string Name => "recipient-unknown";

    public Stage Stage => Stage.RcptTo;

    public bool AppliesTo(ListenerRole role) => true;

    public ValueTask<Verdict> JudgeAsync(RuleContext context, CancellationToken cancel)
    {
        var recipient = context.Recipient!;
        return ValueTask.FromResult(recipient.Outcome switch
        {
            ResolutionOutcome.Found => Verdict.Pass(
                Name,
                recipient.Path.Count > 1 ? OurEvidence.AddressResolved.Say(recipient.Drawn) : OurEvidence.AddressFound.Say(),
                Routes(recipient)),
            ResolutionOutcome.Unknown => Verdict.Refuse(
                Name,
                RecipientReplies.RecipientUnknown.Say(("recipient", context.RecipientText)),
                recipient.Domain is { } domain ? OurEvidence.NoSuchMailbox.Say(domain.Name) : OurEvidence.NoDomainOfOurs.Say(),
                recipient.Domain is { } hosted ? OurFacts.Domain.Is(hosted.Name) : OurFacts.DomainMissing.Is(OurEvidence.NoneHosted.Say()),
                OurFacts.WouldPass.Is(OurEvidence.PassMailbox.Say())),
            _ => Verdict.Unremarkable,
        });
    }

    private static Fact Routes(Resolution recipient) => recipient.Routes is [var only]
        ? OurFacts.Route.Is(only.Destination.ToString())
        : OurFacts.Routes.Is(OurEvidence.Destinations.Say(recipient.Routes.Count));
}
