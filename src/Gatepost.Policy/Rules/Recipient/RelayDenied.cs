using Gatepost.Policy.Directory;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Policy.Rules.Recipient;

/// <summary>Refuses to relay mail of unknown clients to a domain that is not ours.</summary>
/// <remarks>Cannot be switched off by a slip: without it the server is an open relay. RFC 5321 §3.6.2, §7.9.</remarks>
public sealed class RelayDenied(PolicyServices parts) : IRule
{
    private readonly MxPointsHere misdirected = new(parts.Dns, parts.Time);

    public string Name => "relay-denied";

    public Stage Stage => Stage.RcptTo;

    public bool AppliesTo(ListenerRole role) => true;

    public async ValueTask<Verdict> JudgeAsync(RuleContext context, CancellationToken cancel)
    {
        string domain = context.Session.Candidate!.Address.Domain;
        if (context.Recipient!.Outcome != ResolutionOutcome.Foreign)
            return !context.MayRelay && IsSourceRouted(context) ? Refuse(
                context, RecipientReplies.RelayDenied, OurEvidence.RoutesElsewhere.Say(domain), OurEvidence.PassPlain, domain)
                : Verdict.Unremarkable;
        if (context.MayRelay)
        {
            return Verdict.Pass(
                Name,
                context.Session.User is { } user ? OurEvidence.LoggedIn.Say(user) : OurEvidence.TrustedNetwork.Say(),
                OurFacts.Route.Is(context.Recipient.Routes[0].Destination.ToString()));
        }

        if (context.Session.Role == ListenerRole.Internal)
            return Refuse(context, RecipientReplies.RelayDeniedUntrusted, OurEvidence.NotTrusted.Say(domain, context.Client),
                OurEvidence.PassTrusted, domain);
        if (context.Session.Role == ListenerRole.Mx && await misdirected.FindAsync(domain, context, cancel) is { } leads)
            return Refuse(
                context, RecipientReplies.DomainNotHosted, OurEvidence.MxLeadsHere.Say(domain), OurEvidence.PassHosted, domain, leads);
        return Refuse(context, RecipientReplies.RelayDenied, OurEvidence.MayNotRelay.Say(domain), OurEvidence.PassRelay, domain);
    }

    /// <summary>
    /// <c>x%other@ours</c>, <c>other!x@ours</c>, <c>"x@other"@ours</c>: old servers behind us obey the route that is in the local part
    /// (RFC 5321 §7.9). Where a mailbox has that very name it is meant,
    /// and a rewritten sender of ours keeps the local part that it was made of.
    /// </summary>
    private static bool IsSourceRouted(RuleContext context)
    {
        var (address, found) = (context.Session.Candidate!.Address, context.Recipient!);
        bool passesNameOn = found.Domain is { } ours && (ours.Kind == DomainKind.Relay || ours.CatchAll is not null);
        return passesNameOn && !found.IsReturnAddress && address.LocalPart.AsSpan().ContainsAny("%!@")
            && !found.Accounts.Any(account => account.Address.Equals(address));
    }

    private static Verdict Refuse(RuleContext context, ReplyEntry entry, Finding why, FixedEvidence pass, string domain, Fact? seen = null)
    {
        var remedy = OurFacts.WouldPass.Is(pass.Say());
        var reply = entry.Say(("recipient", context.RecipientText));
        return seen is null
            ? Verdict.Refuse(entry.Id, reply, why, OurFacts.Domain.Is(domain), remedy)
            : Verdict.Refuse(entry.Id, reply, why, OurFacts.Domain.Is(domain), seen, remedy);
    }
}
