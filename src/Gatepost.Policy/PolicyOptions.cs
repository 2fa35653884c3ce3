using System.Net;
using Gatepost.Replies;

namespace Gatepost.Policy;

/// <summary>What a submission listener does with clients that did not log in.</summary>
public enum WithoutLogin
{
    /// <summary>They may write to mailboxes hosted here; other recipients get 530 5.7.0.</summary>
    HostedRecipientsOnly,

    /// <summary>Every recipient gets 530 5.7.0.</summary>
    RefuseRecipients,

    /// <summary>MAIL gets 530 5.7.0 (RFC 4954 §6).</summary>
    RefuseSender,
}

/// <summary>Whether a rule counts.</summary>
public enum RuleMode
{
    Off,

    /// <summary>Judged, counted and traced, never applied.</summary>
    Warn,

    On,
}

/// <summary>What the configuration says of one rule. Null leaves the general setting or the rule's own default.</summary>
public sealed record RuleOptions
{
    public RuleMode? Mode { get; init; }

    /// <summary>The form its refusals are spoken in.</summary>
    public ReplyStyle? Replies { get; init; }

    /// <summary>Clients it is not applied to.</summary>
    public IReadOnlyList<IPNetwork> ExemptNetworks { get; init; } = [];

    /// <summary>Domains it is not applied to: of the recipient at RCPT, of the sender before.</summary>
    public IReadOnlySet<string> ExemptDomains { get; init; } = new HashSet<string>();

    /// <summary>Whether it is not applied to clients that logged in.</summary>
    public bool ExemptAuthenticated { get; init; }
}

/// <summary>Who may send what to whom, as configured.</summary>
public sealed record PolicyOptions
{
    /// <summary>The form refusals are spoken in: classic is what hosting providers' servers say today and what their customers search for.</summary>
    public ReplyStyle Replies { get; init; } = ReplyStyle.Classic;

    /// <summary>Recipients of one message from the world; further ones get 452 4.5.3. RFC 5321 §4.5.3.1.8 asks for 100 or more.</summary>
    public int MaxRecipients { get; init; } = 100;

    /// <summary>The same for our own users on submission, where it is local policy (RFC 6409 §7).</summary>
    public int MaxRecipientsOnSubmission { get; init; } = 50;

    /// <summary>Received fields of one message; more is a loop (RFC 5321 §6.3 asks for 100 or more).</summary>
    public int MaxHops { get; init; } = 100;

    /// <summary>From where an internal listener relays to anywhere. Loopback by default: there is no other network we could know.</summary>
    public IReadOnlyList<IPNetwork> TrustedNetworks { get; init; } = [IPNetwork.Parse("127.0.0.0/8"), IPNetwork.Parse("::1/128")];

    public WithoutLogin WithoutLogin { get; init; } = WithoutLogin.HostedRecipientsOnly;

    /// <summary>Where an explanation page of ours stands; refusals then end with its address and the verdict's id. Null says nothing.</summary>
    public Uri? ExplainUrl { get; init; }

    /// <summary>Per rule, by name; what is not there has its defaults.</summary>
    public IReadOnlyDictionary<string, RuleOptions> Rules { get; init; } = new Dictionary<string, RuleOptions>();

    public bool IsTrustedNetwork(IPAddress address) => Networks.Contain(TrustedNetworks, address);

    /// <summary>Everything wrong with these values at once, in the admin's words; empty when they can be used.</summary>
    public IEnumerable<string> Problems()
    {
        if (MaxRecipients < 100)
            yield return $"max-recipients is {MaxRecipients}: RFC 5321 §4.5.3.1.8 asks for at least 100; write 100 or more";
        if (MaxRecipientsOnSubmission < 1)
            yield return $"max-recipients-on-submission is {MaxRecipientsOnSubmission}: nobody could send mail; write 1 or more";
        if (MaxHops < 25)
            yield return $"max-hops is {MaxHops}: honest mail passes more servers than that; write 25 or more (100 is usual)";
        foreach (string name in Rules.Keys.Where(name => !RuleBook.RuleNames.Contains(name)))
            yield return $"there is no rule \"{name}\": the rules are {string.Join(", ", RuleBook.RuleNames)}";
    }
}
