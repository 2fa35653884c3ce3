using Gatepost.Policy.Directory;
using Gatepost.Policy.Reputation;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Policy.Rules.Recipient;

/// <summary>
/// Refuses a recipient of a relay domain that the next host refuses, instead of bouncing to a forged sender later.
/// </summary>
/// <remarks>
/// The next host is asked with MAIL FROM:&lt;&gt; and RCPT, and its answer kept for a while. Only a 5xx to RCPT is a "no";
/// a server that is not reached, says 4xx or refuses us has said nothing: unknown clients are deferred, while the mail of our own users
/// is taken, as its bounces reach them. Postmaster is never asked about (RFC 5321 §4.5.1).
/// </remarks>
public sealed class RecipientUndeliverable(PolicyServices parts) : IRule
{
    public string Name => "recipient-undeliverable";

    public Stage Stage => Stage.RcptTo;

    public bool AppliesTo(ListenerRole role) => role != ListenerRole.Lmtp;

    public async ValueTask<Verdict> JudgeAsync(RuleContext context, CancellationToken cancel)
    {
        if (
            context.Recipient is not
            {
                Outcome: ResolutionOutcome.Found, Domain: { Kind: DomainKind.Relay } domain,
                Routes: [{ Destination.Kind: not DestinationKind.Maildir } route]
            }
            || !AddressKey.Of(route.Address).Domain.Equals(domain.Name, StringComparison.OrdinalIgnoreCase)
            || route.Address.LocalPart.Equals("postmaster", StringComparison.OrdinalIgnoreCase))
            return Verdict.Unremarkable;

        var callout = await parts.Callouts.AskAsync(route.Address, route.Destination, context.Options.Callouts, cancel);
        Fact[] facts =
        [
            OurFacts.Callout.Is(callout.Host, OurEvidence.CalloutAnswer.Say(callout.Said, callout.At)),
            .. callout.Conversation is { } id ? [OurFacts.Attempt.Is(id)] : Array.Empty<Fact>(),
        ];
        return callout.Outcome switch
        {
            CalloutOutcome.Taken => Verdict.Pass(Name, OurEvidence.HostAccepts.Say(callout.Host, context.RecipientText), facts),
            CalloutOutcome.Refused => Verdict.Refuse(
                Name,
                RecipientReplies.RecipientUndeliverable.Say(
                    ("recipient", context.RecipientText), ("host", callout.Host), ("said", callout.Said)),
                OurEvidence.HostRejects.Say(callout.Host, context.RecipientText),
                [.. facts, OurFacts.WouldPass.Is(OurEvidence.PassHostAccepts.Say(callout.Host, context.Options.Callouts.KeepNegative))]),
            CalloutOutcome.Silent when context.Session.Role == ListenerRole.Mx && context.Options.DefersWhenSilent(Name) => Verdict.Refuse(
                "recipient-unverified",
                RecipientReplies.RecipientUnverified.Say(("recipient", context.RecipientText)),
                OurEvidence.HostSilent.Say(callout.Host, context.RecipientText),
                [.. facts, OurFacts.WouldPass.Is(OurEvidence.PassHostAnswer.Say(callout.Host))]),
            _ => Verdict.Pass(Name, OurEvidence.HostSilentPasses.Say(callout.Host), facts),
        };
    }
}
