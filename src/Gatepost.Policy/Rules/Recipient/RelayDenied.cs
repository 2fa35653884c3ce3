using Gatepost.Policy.Directory;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Policy.Rules.Recipient;

/// <summary>Refuses to carry a stranger's mail to somebody else's domain.</summary>
/// <remarks>Cannot be switched off by a slip: without it the server is an open relay. RFC 5321 §3.6.2, §7.9.</remarks>
public sealed class RelayDenied(PolicyServices parts) : IRule
{
    private readonly MxPointsHere misdirected = new(parts.Dns, parts.Time);

    public string Name => "relay-denied";

    public Stage Stage => Stage.RcptTo;

    public bool AppliesTo(ListenerRole role) => true;

    public async ValueTask<Verdict> JudgeAsync(RuleContext context, CancellationToken cancel)
    {
        if (context.Recipient!.Outcome != ResolutionOutcome.Foreign)
            return Verdict.Unremarkable;
        string domain = context.Session.Candidate!.Address.Domain;
        if (context.MayRelay)
            return Verdict.Pass(Name, context.Session.User is { } user ? $"{user} logged in" : "client is in a trusted network", new Fact("route", context.Recipient.Routes[0].Destination.ToString()));

        if (context.Session.Role == ListenerRole.Internal)
            return Refuse(context, OurReplies.RelayDeniedUntrusted, $"{domain} is no domain of ours and {context.ClientText} is in no trusted network", new Fact("would pass", "a login, or the client's address in a trusted network"), domain);
        if (context.Session.Role == ListenerRole.Mx && await misdirected.FindAsync(domain, context, cancel) is { } leads)
            return Refuse(context, OurReplies.DomainNotHosted, $"{domain} is not hosted here, though its MX leads to this server", new Fact("would pass", "the domain being hosted here, or its MX naming the server that hosts it"), domain, leads);
        return Refuse(context, OurReplies.RelayDenied, $"{domain} is no domain of ours and the client may not relay", new Fact("would pass", "a login, a trusted network, or the domain being hosted here"), domain);
    }

    private static Verdict Refuse(RuleContext context, ReplyEntry entry, string why, Fact remedy, string domain, Fact? seen = null)
    {
        var reply = entry.Say(("recipient", context.RecipientText));
        return seen is null
            ? Verdict.Refuse(entry.Id, reply, why, new Fact("domain", domain), remedy)
            : Verdict.Refuse(entry.Id, reply, why, new Fact("domain", domain), seen, remedy);
    }
}
