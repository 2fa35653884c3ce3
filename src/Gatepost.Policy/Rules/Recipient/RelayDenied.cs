using Gatepost.Policy.Directory;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Policy.Rules.Recipient;

/// <summary>Refuses to carry a stranger's mail to somebody else's domain.</summary>
/// <remarks>Cannot be switched off by a slip: without it the server is an open relay. RFC 5321 §3.6.2, §7.9.</remarks>
public sealed class RelayDenied : IRule
{
    public string Name => "relay-denied";

    public Stage Stage => Stage.RcptTo;

    public bool AppliesTo(ListenerRole role) => true;

    public ValueTask<Verdict> JudgeAsync(Case @case, CancellationToken cancel)
    {
        if (@case.Recipient!.Outcome != ResolutionOutcome.Foreign)
            return ValueTask.FromResult(Verdict.Unremarkable);
        string domain = @case.Session.Candidate!.Address.Domain;
        if (@case.MayRelay)
            return ValueTask.FromResult(Verdict.Pass(Name, @case.Session.User is { } user ? $"{user} logged in" : "client is in a trusted network", new Fact("route", @case.Recipient.Routes[0].Destination.ToString())));

        return ValueTask.FromResult(Verdict.Refuse(
            Name,
            (@case.Session.Role == ListenerRole.Internal ? OurReplies.RelayDeniedUntrusted : OurReplies.RelayDenied).Say(("recipient", @case.RecipientText)),
            $"{domain} is no domain of ours and the client may not relay",
            new Fact("domain", domain),
            new Fact("would pass", "a login, a trusted network, or the domain being hosted here")));
    }
}
