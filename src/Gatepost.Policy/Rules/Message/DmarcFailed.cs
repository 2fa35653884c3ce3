using Gatepost.MailAuth;
using Gatepost.MailAuth.Arc;
using Gatepost.MailAuth.Dmarc;
using Gatepost.MailAuth.Dmarc.Reports;
using Gatepost.MailAuth.Results;
using Gatepost.MailAuth.Verification;
using Gatepost.Policy.Reports;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Policy.Rules.Message;

/// <summary>Does with a message that fails DMARC what the author's domain asks for: rejects it, or takes it into quarantine.</summary>
/// <remarks>
/// <see cref="DmarcOverrides"/> of the configuration count instead.
/// A chain of ARC seals rescues it only if every sealer is listed and the first of them saw it pass. Without a quarantine a message for
/// it is rejected, so that nothing is lost without a word.
/// </remarks>
public sealed class DmarcFailed : OriginRule
{
    internal const string RuleName = "dmarc-failed";

    public override string Name => RuleName;

    public override RuleMode DefaultMode => RuleMode.On;

    private protected override Verdict Judge(RuleContext context, MessageResult result)
    {
        var dmarc = result.Dmarc;
        string author = dmarc.Author ?? "";
        Fact[] facts = [.. Facts("dmarc", dmarc.Steps)];
        if (dmarc.Result == AuthResult.TempError && context.Options.DefersWhenSilent(Name))
            return Unanswered("dmarc-unanswered", OriginReplies.DmarcUnanswered, "DMARC", author, facts);
        var passes = Verdict.Pass(Name, OurEvidence.OriginResult.Say("dmarc", dmarc.Result.Word(), author), facts);
        if (dmarc.Result != AuthResult.Fail)
            return passes;
        var policy = dmarc.Policy;
        var applied = OurEvidence.DmarcPolicyApplies.Say(author, policy.Word());
        bool isProven = result.Spf?.Result == AuthResult.Pass;
        if (context.Options.Dmarc.Find(dmarc.Author, context.Session.Envelope?.Sender, isProven) is var (instead, entry))
        {
            facts = [.. facts, OurFacts.OriginStep.Is("dmarc", applied)];
            (policy, applied) = (instead, OurEvidence.DmarcOverridden.Say(entry, instead.Word()));
            if (policy == DmarcPolicy.None)
                return Verdict.Pass(Name, applied, facts);
        }

        if (policy == DmarcPolicy.None)
            return passes;
        if (IsRescued(result.Arc, context.Options.TrustedSealers))
            return Verdict.Pass(Name, OurEvidence.ArcRescues.Say([.. result.Arc.Hops.Select(static hop => hop.Domain)]), facts);

        bool rejects = policy == DmarcPolicy.Reject;
        return Verdict.Refuse(
            rejects ? Name : "dmarc-quarantined",
            (rejects ? OriginReplies.DmarcFailed : OriginReplies.DmarcQuarantined).Say(("domain", author)),
            applied,
            [.. facts, OurFacts.WouldPass.Is(OurEvidence.PassAligned.Say(author))]);
    }

    /// <summary>Notes what became of a message by DMARC, for the report to its author's domain.</summary>
    /// <param name="isEnforced">Whether this rule refuses, and does not only warn.</param>
    internal static void NoteTo(IDmarcResults results, RuleContext context, bool isEnforced)
    {
        if (context.Origin?.Result is not { Dmarc: { Record: { AggregateReports.Count: > 0 } record } dmarc } result)
            return;
        var (sender, policy) = (context.Session.Envelope?.Sender, dmarc.Policy);
        string? reason = null;
        string disposition = dmarc is { Result: AuthResult.Pass, Policy: not DmarcPolicy.None } ? "pass" : "none";
        if (dmarc.Result == AuthResult.Fail)
        {
            bool isProven = result.Spf?.Result == AuthResult.Pass;
            if (context.Options.Dmarc.Find(dmarc.Author, sender, isProven) is var (instead, _))
                (policy, reason) = (instead, "local_policy");
            else if (policy != DmarcPolicy.None && !isEnforced)
                (policy, reason) = (DmarcPolicy.None, "local_policy");
            else if (policy != DmarcPolicy.None && IsRescued(result.Arc, context.Options.TrustedSealers))
                (policy, reason) = (DmarcPolicy.None, "trusted_forwarder");
            else if (record.IsTesting && record.Policy is not (null or DmarcPolicy.None))
                reason = "policy_test_mode";
            disposition = isEnforced ? policy.Word() : "none";
        }

        var row = DmarcReportRow.Of(result, context.Session.Client.Address, sender?.Domain ?? "", disposition, reason);
        results.Note(record, row);
    }

    private static bool IsRescued(ArcResult arc, IReadOnlyList<string> trusted) =>
        arc is { Result: AuthResult.Pass, Hops.Count: > 0 }
        && arc.Hops.All(hop => trusted.Contains(hop.Domain, StringComparer.OrdinalIgnoreCase))
        && AuthenticationResults.Parse(System.Text.Encoding.UTF8.GetBytes(arc.Hops[0].Results)) is { } seen
        && seen.Statements.Any(static one => one is { Method: "dmarc", Result: "pass" });
}
