using Gatepost.Policy.Directory;
using Gatepost.Policy.Quotas;
using Gatepost.Policy.Rules;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Policy.Engine;

/// <summary>One round of questions: the rules of a stage are asked in order until one refuses.</summary>
internal sealed class RuleRound(StageRules rules, RuleContext context, Refusals refusals, PolicyServices parts)
{
    /// <summary>What was seen by rules that did not refuse, and had something to say; null while there is nothing.</summary>
    private List<Fact>? seen;

    /// <summary>Rules that passed without a word, by their place.</summary>
    private ulong silent;

    /// <summary>Rules that this client is exempt from, by their place.</summary>
    private ulong exempt;

    private Verdict last = Verdict.Unremarkable;

    public async ValueTask<Verdict> RunAsync(CancellationToken cancel)
    {
        context.ClearReservations();
        if (await AskAsync(cancel) is { } refusal)
            return refusal;
        if (context.Reservations.Count > 0 && await ReserveAsync(cancel) is { } late)
            return Refuse(late, context.Options.Rules.GetValueOrDefault(late.Rule)?.Replies);
        if (context.Session.Candidate is { } candidate && context.Recipient is { } recipient)
            SetRoutes(candidate, recipient);

        var quiet = rules.PassSilently(silent, exempt);
        return seen is not { Count: > 0 } ? quiet : Verdict.Pass(last.Rule, last.Why, [.. seen, .. quiet.Facts]);
    }

    /// <returns>The first refusal; null if none refused.</returns>
    private async ValueTask<Verdict?> AskAsync(CancellationToken cancel)
    {
        for (int i = 0; i < rules.Count; i++)
        {
            var rule = rules[i];
            if (rule.IsExempt(context))
            {
                exempt |= 1ul << i;
                continue;
            }

            int reservations = context.Reservations.Count;
            bool ofClient = rule.Rule.Stage == Stage.Connect;
            var verdict = (ofClient ? context.Recall(rule.Rule) : null) ?? await JudgeAsync(rule, cancel);
            if (ofClient && verdict.Passes)
                context.Remember(rule.Rule, verdict);
            if (verdict.IsSilent)
            {
                silent |= 1ul << i;
            }
            else if (!verdict.Passes && rule.Mode == RuleMode.On)
            {
                return Refuse(verdict, rule.Options.Replies);
            }
            else
            {
                last = refusals.Warn(verdict, rule.Options.Replies ?? context.Options.Replies);
                AddSeen(last, verdict.Facts);
            }

            if (rule.Mode == RuleMode.Warn)
                context.MarkWarnOnly(reservations);
        }

        return null;
    }

    private Verdict Refuse(Verdict verdict, ReplyStyle? style) => refusals.Refuse(
        verdict, style, context.Options, [.. seen ?? [], .. rules.PassSilently(silent, exempt).Facts]);

    private void SetRoutes(EnvelopeRecipient candidate, Resolution recipient)
    {
        candidate.Routes = recipient.Routes;
        // The rules that would refuse it only warn or are off: the mail must still reach someone, and postmaster always exists.
        if (recipient is { Routes.Count: 0, Domain: { } domain })
        {
            candidate.Routes = [new Route(candidate.Address, domain.Postmaster)];
            (seen ??= []).Add(OurFacts.ToPostmaster.Is(domain.Name));
        }

        candidate.ForwardShown = context.Options.DiscloseForward ? ForwardOf(recipient, candidate) : null;
    }

    private ValueTask<Verdict> JudgeAsync(BoundRule rule, CancellationToken cancel) =>
        rule.Mode == RuleMode.Warn ? JudgeWarnOnlyAsync(rule.Rule, cancel) : rule.Rule.JudgeAsync(context, cancel);

    /// <summary>A rule that only warns must not reject by failing either.</summary>
    private async ValueTask<Verdict> JudgeWarnOnlyAsync(IRule rule, CancellationToken cancel)
    {
        try
        {
            return await rule.JudgeAsync(context, cancel);
        }
        catch (Exception fault) when (fault is not OperationCanceledException || !cancel.IsCancellationRequested)
        {
            parts.Alarms.Raise($"{rule.Name}:{fault.GetType().Name}", OurEvidence.WarningRuleFailed.Say(rule.Name, fault.Message));
            return Verdict.Pass(rule.Name, OurEvidence.WarningFailed.Say(), OurFacts.Fault.Is(FailureText.Of(fault)));
        }
    }

    /// <summary>The one other address a mailbox's mail goes to; null if it stays here or goes to several.</summary>
    private static Mailbox? ForwardOf(Resolution recipient, EnvelopeRecipient candidate) =>
        recipient is
        {
            Outcome: ResolutionOutcome.Found, Accounts.Count: > 0,
            Routes: [{ Destination.Kind: not DestinationKind.Maildir } only]
        }
        && !only.Address.Equals(candidate.Address)
            ? only.Address
            : null;

    private void AddSeen(Verdict verdict, IReadOnlyList<Fact> facts)
    {
        seen ??= [];
        seen.Add(OurFacts.Rule.Is(verdict.Rule, verdict.Why));
        for (int i = 0; i < facts.Count; i++)
            seen.Add(facts[i]);
    }

    /// <summary>Counts what the rules reserved, all of it in one step; another session may have been faster since they looked.</summary>
    private async ValueTask<Verdict?> ReserveAsync(CancellationToken cancel)
    {
        while (context.Reservations is { Count: > 0 } reservations)
        {
            var claims = new Claim[reservations.Count];
            for (int i = 0; i < claims.Length; i++)
                claims[i] = reservations[i].Claim;
            var (refused, usage) = await parts.Counters.TakeAsync(claims, context.Now, cancel);
            if (refused < 0)
                return null;
            var verdict = reservations[refused].Refuse(usage);
            if (!reservations[refused].WarnsOnly)
                return verdict;
            var style = context.Options.Rules.GetValueOrDefault(verdict.Rule)?.Replies ?? context.Options.Replies;
            AddSeen(refusals.Warn(verdict, style), verdict.Facts);
            context.RemoveReservation(refused);
        }

        return null;
    }
}
