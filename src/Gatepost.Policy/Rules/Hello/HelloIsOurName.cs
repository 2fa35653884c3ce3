using System.Net;
using Gatepost.Policy.Basics;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Policy.Rules.Hello;

/// <summary>Rejects unknown clients that introduce themselves by our own name or address.</summary>
/// <remarks>
/// Our own names need no configuration: the name we greet with and the address the session came in on are known; a cluster's are listed.
/// </remarks>
public sealed class HelloIsOurName : IRule
{
    public string Name => "hello-is-our-name";

    public Stage Stage => Stage.Hello;

    public bool ExemptsTrusted => true;

    public bool AppliesTo(ListenerRole role) => role == ListenerRole.Mx;

    public async ValueTask<Verdict> JudgeAsync(RuleContext context, CancellationToken cancel)
    {
        string helo = context.Session.Helo ?? "";
        if (IsOurs(context, context.Session.Client.Address) || await WhyOursAsync(context, helo, cancel) is not { } why)
            return Verdict.Unremarkable;

        return Verdict.Refuse(
            Name,
            HelloReplies.HelloIsOurName.Say(("helo", helo)),
            OurEvidence.HeloIsOurs.Say(context.Client, helo, why),
            OurFacts.Helo.Is(helo),
            OurFacts.OursBecause.Is(why),
            OurFacts.WouldPass.Is(OurEvidence.PassOwnNameOrAddress.Say()));
    }

    private static async ValueTask<Finding?> WhyOursAsync(RuleContext context, string helo, CancellationToken cancel)
    {
        string name = DomainName.ToAscii(helo.TrimEnd('.'));
        if (name.Equals(context.Session.HostName, StringComparison.OrdinalIgnoreCase))
            return OurEvidence.OursByGreeting.Say();
        if (context.Options.OwnNames.Contains(name, StringComparer.OrdinalIgnoreCase))
            return OurEvidence.OursByList.Say();
        if (Address(name) is { } address)
            return IsOurs(context, address) ? OurEvidence.OursByAddress.Say() : null;
        return context.Options.HostedDomainsAreOurNames && name.Length > 0
            && await context.Directory.FindDomainAsync(name, cancel) is not null
            ? OurEvidence.OursByDomain.Say()
            : null;
    }

    private static bool IsOurs(RuleContext context, IPAddress address) =>
        Networks.Same(address, context.Session.Local.Address) || context.Options.OwnAddresses.Any(own => Networks.Same(own, address));

    /// <summary>Reads <c>192.0.2.1</c>, <c>[192.0.2.1]</c> and <c>[IPv6:2001:db8::1]</c>.</summary>
    private static IPAddress? Address(string name)
    {
        var text = name.AsSpan();
        if (text.StartsWith('[') && text.EndsWith(']'))
            text = text[1..^1];
        if (text.StartsWith("IPv6:", StringComparison.OrdinalIgnoreCase))
            text = text[5..];
        return IPAddress.TryParse(text, out var address) ? address : null;
    }
}
