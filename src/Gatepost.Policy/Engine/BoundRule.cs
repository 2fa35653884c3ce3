using Gatepost.Policy.Basics;
using Gatepost.Policy.Directory;
using Gatepost.Policy.Rules;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Policy.Engine;

/// <summary>A rule with what the configuration says of it.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Stage">When it is asked; later than its own stage where refusals wait for the recipient.</param>
/// <param name="Options">Its own section.</param>
internal sealed record BoundRule(IRule Rule, Stage Stage, RuleOptions Options)
{
    public RuleMode Mode { get; } = Options.Mode ?? Rule.DefaultMode;

    /// <summary>Whether the rule is not asked about this case.</summary>
    public bool IsExempt(RuleContext context)
    {
        var session = context.Session;
        if (Rule.ExemptsTrusted && (session.User is not null || context.IsFromTrustedNetwork))
            return true;
        if (Options.ExemptAuthenticated && session.User is not null)
            return true;
        if (Options.ExemptNetworks.Count > 0 && Networks.Contain(Options.ExemptNetworks, session.Client.Address))
            return true;
        if (Stage == Stage.RcptTo && Rule.Stage is Stage.Connect or Stage.Hello && IsForPostmaster(context))
            return true;
        if (Options.ExemptDomains.Count == 0)
            return false;
        string? domain = session.Candidate?.Address.Domain ?? session.Envelope?.Sender?.Domain;
        return domain is not null && Options.ExemptDomains.Contains(DomainName.ToKey(domain));
    }

    /// <summary>Who is refused for the address it comes from must be able to complain (RFC 5321 §4.5.1, RFC 2142 §4).</summary>
    private static bool IsForPostmaster(RuleContext context) =>
        context.Recipient is { Outcome: ResolutionOutcome.Found }
        && context.Session.Candidate!.Address.LocalPart is var name
        && (name.Equals("postmaster", StringComparison.OrdinalIgnoreCase) || name.Equals("abuse", StringComparison.OrdinalIgnoreCase));
}
