using System.Net;
using Gatepost.Replies;

namespace Gatepost.Policy;

/// <summary>Whether a rule counts.</summary>
public enum RuleMode
{
    Off,

    /// <summary>Judged, counted and traced, never applied.</summary>
    Warn,

    On,
}

/// <summary>What follows when DNS or another server does not answer a rule's question. It is never a "no".</summary>
public enum WhenSilent
{
    /// <summary>The client passes, and the record says that it was not checked.</summary>
    Pass,

    /// <summary>The client is asked to come back.</summary>
    Defer,
}

/// <summary>What the configuration says of one rule. Null leaves the general setting or the rule's own default.</summary>
public sealed record RuleOptions
{
    public RuleMode? Mode { get; init; }

    /// <summary>The form its refusals are spoken in.</summary>
    public ReplyStyle? Replies { get; init; }

    /// <summary>For rules that ask others and may do either (<see cref="PolicyOptions.RulesThatMayBeSilent"/>).</summary>
    public WhenSilent? WhenSilent { get; init; }

    /// <summary>Clients it is not applied to.</summary>
    public IReadOnlyList<IPNetwork> ExemptNetworks { get; init; } = [];

    /// <summary>Domains it is not applied to, in lower case and A-labels: of the recipient at RCPT, of the sender before.</summary>
    public IReadOnlySet<string> ExemptDomains { get; init; } = new HashSet<string>();

    /// <summary>Whether it is not applied to clients that logged in.</summary>
    public bool ExemptAuthenticated { get; init; }
}
