using System.Net;
using Gatepost.Dns;
using Gatepost.Policy.Directory;
using Gatepost.Policy.Origin;
using Gatepost.Policy.Quarantine;
using Gatepost.Policy.Quotas;
using Gatepost.Policy.Reputation;
using Gatepost.Policy.Rules;
using Gatepost.Policy.Scanners;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Policy.Engine;

/// <summary>Which rules are asked, in which order, and what becomes of their answers.</summary>
/// <remarks>
/// The first refusal counts. What a session learnt stays with it in a <see cref="RuleContext"/>; options and directory
/// may be replaced at any time and hold from each session's next command.
/// </remarks>
public sealed class RuleEngine : IGatekeeper
{
    private readonly PolicyServices parts;
    private readonly Refusals refusals;
    private volatile PolicySnapshot snapshot;

    /// <param name="options">Checked by their <see cref="PolicyOptions.Problems"/> beforehand.</param>
    /// <param name="random">For verdict ids.</param>
    public RuleEngine(PolicyOptions options, IDirectory directory, IResolver dns, TimeProvider time, Chance random)
        : this(options, directory, new PolicyServices(dns, time), random)
    {
    }

    /// <param name="parts">What the rules work with and what outlives a reload.</param>
    public RuleEngine(PolicyOptions options, IDirectory directory, PolicyServices parts, Chance random)
        : this(options, directory, parts, new VerdictIds(random))
    {
    }

    private RuleEngine(PolicyOptions options, IDirectory directory, PolicyServices parts, VerdictIds? ids)
    {
        this.parts = parts;
        refusals = new Refusals(ids, parts.Alarms);
        snapshot = new PolicySnapshot(options, directory, parts, known: null);
    }

    /// <summary>Every rule by name, in the order they are asked.</summary>
    public static IReadOnlyList<string> RuleNames => RuleTable.Names;

    /// <summary>How often each rule refused, or would have while it only warns.</summary>
    public RuleCounts Counts => refusals.Counts;

    public PolicyServices Parts => parts;

    /// <summary>Builds everything that new options and another directory need: rules, filters, lists.</summary>
    /// <returns>Applies it, which cannot fail; sessions follow it from their next command.</returns>
    /// <exception cref="ArgumentException">The options cannot be used; nothing has changed.</exception>
    public Action Prepare(PolicyOptions options, IDirectory directory)
    {
        var next = new PolicySnapshot(options, directory, parts, snapshot);
        return () =>
        {
            // Filters that are gone are not disposed: a session that began before still asks them.
            var before = snapshot;
            snapshot = next;
            foreach (string key in before.AlarmKeys.Except(next.AlarmKeys))
                parts.Alarms.Clear(key);
        };
    }

    /// <summary>
    /// The same rules, options and directory, but nothing is counted or remembered: for dry runs. Its refusals have no id, because there is
    /// no record to find.
    /// </summary>
    public RuleEngine ReadOnly()
    {
        var current = snapshot;
        return new RuleEngine(current.Options, current.Directory, parts.ReadOnly(), ids: null);
    }

    public async ValueTask<Verdict> JudgeAsync(Stage stage, Session session, CancellationToken cancel)
    {
        var current = snapshot;
        var rules = current.Rules.For(stage, session.Role);
        // Received and the filters carry the client's name: by now it is nearly always known.
        if (stage == Stage.Message && session is { ClientName: null, GatekeeperState: RuleContext { Questions: { } questions } })
            await questions.AwaitNameAsync(parts.Time, cancel);
        var context = Open(stage, session, current, cancel);
        if (stage == Stage.RcptTo)
            context.Recipient = null;

        try
        {
            if (stage != Stage.RcptTo && rules.Count == 0)
                return Verdict.Unremarkable;
            if (stage == Stage.RcptTo)
                context.Recipient = context.MayRelay
                    ? await Machine.ResolveAsync(current.Directory, session.Candidate!.Address, cancel)
                    : await AliasExpansion.ResolveAsync(current.Directory, session.Candidate!.Address, cancel);
            if (stage == Stage.Message)
                await ReadMessageAsync(context, current, cancel);
            var verdict = await AskAsync(rules, context, cancel);
            if (verdict.Passes && context.Scans is { } passed)
                await passed.MarkAsync(session);
            else if (!verdict.Passes && stage == Stage.Message)
                return await QuarantineAsync(verdict, context, cancel);
            return verdict;
        }
        catch (Exception fault) when (fault is not OperationCanceledException || !cancel.IsCancellationRequested)
        {
            return refusals.Fail(stage, fault, current.Options);
        }
        finally
        {
            // The draft goes with the verdict: no filter may read on in a buffer that belongs to another session by then.
            if (context.Scans is { } scans)
            {
                context.Scans = null;
                await scans.EndAsync();
            }
        }
    }

    public Verdict Sign(Verdict refusal)
    {
        var options = snapshot.Options;
        return refusals.Refuse(refusal, options.Rules.GetValueOrDefault(refusal.Rule)?.Replies, options, []);
    }

    public bool IsEnforced(string rule, Session session)
    {
        var current = snapshot;
        return current.Rules.IsEnforced(rule, Open(session, current));
    }

    private async ValueTask<Verdict> AskAsync(StageRules rules, RuleContext context, CancellationToken cancel)
    {
        context.ClearReservations();
        List<Fact>? seen = null;
        ulong silent = 0, exempt = 0;
        var last = Verdict.Unremarkable;
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
            var verdict = (ofClient ? context.Recall(rule.Rule) : null) ?? await JudgeAsync(rule, context, cancel);
            if (ofClient && verdict.Passes)
                context.Remember(rule.Rule, verdict);
            if (verdict.IsSilent)
            {
                silent |= 1ul << i;
            }
            else if (!verdict.Passes && rule.Mode == RuleMode.On)
            {
                Fact[] before = [.. seen ?? [], .. rules.PassSilently(silent, exempt).Facts];
                return refusals.Refuse(verdict, rule.Options.Replies, context.Options, before);
            }
            else
            {
                last = refusals.Warn(verdict, rule.Options.Replies ?? context.Options.Replies);
                AddSeen(seen ??= [], last, verdict.Facts);
            }

            if (rule.Mode == RuleMode.Warn)
                context.MarkWarnOnly(reservations);
        }

        if (context.Reservations.Count > 0)
        {
            seen ??= [];
            if (await SettleAsync(context, seen, cancel) is { } late)
            {
                var style = context.Options.Rules.GetValueOrDefault(late.Rule)?.Replies;
                return refusals.Refuse(late, style, context.Options, [.. seen, .. rules.PassSilently(silent, exempt).Facts]);
            }
        }

        if (context.Session.Candidate is { } candidate && context.Recipient is { } recipient)
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

        var quiet = rules.PassSilently(silent, exempt);
        return seen is not { Count: > 0 } ? quiet : Verdict.Pass(last.Rule, last.Why, [.. seen, .. quiet.Facts]);
    }

    private ValueTask<Verdict> JudgeAsync(BoundRule rule, RuleContext context, CancellationToken cancel) =>
        rule.Mode == RuleMode.Warn ? JudgeWithoutHarmAsync(rule.Rule, context, cancel) : rule.Rule.JudgeAsync(context, cancel);

    /// <summary>A rule that only warns harms nobody by failing either.</summary>
    private async ValueTask<Verdict> JudgeWithoutHarmAsync(IRule rule, RuleContext context, CancellationToken cancel)
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

    /// <summary>The one other address a mailbox's mail goes to; null where it stays here or goes to several.</summary>
    private static Mailbox? ForwardOf(Resolution recipient, EnvelopeRecipient candidate) =>
        recipient is
        {
            Outcome: ResolutionOutcome.Found, Accounts.Count: > 0,
            Routes: [{ Destination.Kind: not DestinationKind.Maildir } only]
        }
        && !only.Address.Equals(candidate.Address)
            ? only.Address
            : null;

    private static void AddSeen(List<Fact> seen, Verdict verdict, IReadOnlyList<Fact> facts)
    {
        seen.Add(OurFacts.Rule.Is(verdict.Rule, verdict.Why));
        for (int i = 0; i < facts.Count; i++)
            seen.Add(facts[i]);
    }

    /// <summary>Counts what the rules wished for, all of it in one step; another session may have been faster since they looked.</summary>
    private async ValueTask<Verdict?> SettleAsync(RuleContext context, List<Fact> seen, CancellationToken cancel)
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
            AddSeen(seen, refusals.Warn(verdict, style), verdict.Facts);
            context.RemoveReservation(refused);
        }

        return null;
    }

    /// <summary>
    /// Lets a client in again that was kept out for a while, and restarts its counters, or it would be out again at once.
    /// </summary>
    /// <returns>The blocks that were lifted.</returns>
    public async ValueTask<IReadOnlyList<TemporaryBlock>> ReleaseAsync(IPAddress client, CancellationToken cancel)
    {
        var now = parts.Time.GetUtcNow();
        string network = TemporaryBlocks.NetworkOf(client).ToString();
        foreach (var what in (Counted[])[Counted.ClientMessages, Counted.ClientConnections])
            await parts.Counters.ForgetAsync(new CounterKey(what, network), now, cancel);
        return await parts.TemporaryBlocks.LiftAsync(client, now);
    }

    private RuleContext Open(Session session, PolicySnapshot current)
    {
        var now = parts.Time.GetUtcNow();
        if (session.GatekeeperState is not RuleContext context)
            session.GatekeeperState = context = new RuleContext(
                session)
            { Options = current.Options, Directory = current.Directory, Now = now };
        context.Options = current.Options;
        context.Directory = current.Directory;
        context.Now = now;
        return context;
    }

    private RuleContext Open(Stage stage, Session session, PolicySnapshot current, CancellationToken cancel)
    {
        var context = Open(session, current);
        if (stage == Stage.Connect)
            context.ForgetClient();
        // Every client that comes over a network has its name looked up, once a session; only strangers are asked of block lists.
        bool isStranger = session.Role == ListenerRole.Mx && !context.IsFromTrustedNetwork;
        if (stage == Stage.Connect && session.Role != ListenerRole.Lmtp && (isStranger || !IPAddress.IsLoopback(session.Client.Address)))
        {
            context.Questions = ClientQuestions.Ask(
                session.Client.Address, parts.Dns, isStranger && current.Rules.AsksDnsbls ? current.Lists : [], parts.Stopping);
        }

        session.ClientName ??= context.Questions?.ConfirmedName;
        if (stage == Stage.MailFrom)
        {
            bool isChecked = isStranger && session.User is null && current.Rules.AsksOrigin;
            context.Origin = isChecked ? OriginCheck.Begin(session, parts, parts.Stopping) : null;
        }

        return context;
    }

    /// <summary>Checks who sent the message and shows it to the filters, with the results of that check above it.</summary>
    /// <remarks>A message over the limit of which only a part was kept is neither checked nor shown.</remarks>
    private static async ValueTask ReadMessageAsync(RuleContext context, PolicySnapshot current, CancellationToken cancel)
    {
        var session = context.Session;
        context.Scans = null;
        if (session.Draft is not { } draft || draft.Length < session.Octets)
            return;
        if (context.Origin is { } origin)
            await origin.ReadAsync(draft, session, context.Options.OwnNames, cancel);
        if (current.Filters.Count > 0 && session.Role != ListenerRole.Lmtp)
            context.Scans = ScanRound.Begin(current.Filters, session, cancel);
    }

    /// <summary>
    /// Keeps a copy of a refused message where the configuration wants one. A refusal stays one, unless its rule is among those whose
    /// messages are taken.
    /// </summary>
    private async ValueTask<Verdict> QuarantineAsync(Verdict verdict, RuleContext context, CancellationToken cancel)
    {
        var options = context.Options.Quarantine;
        if (parts.Quarantine is not { } quarantine || context.Session.Draft is not { } draft || draft.Length < context.Session.Octets
            || !options.Keeps(verdict.Rule) || !verdict.Reply!.IsPermanent)
            return verdict;

        bool take = options.Accept.Contains(verdict.Rule);
        var message = QuarantinedMessage.Of(context.Session, verdict, take, context.Now);
        if (await quarantine.StoreAsync(message, draft, options, cancel) is not { } failed)
            return verdict.With(take ? null : verdict.Reply, take ? draft.QueueId : null, OurFacts.InQuarantine.Is(draft.QueueId));
        if (!take || failed.ForGood)
            return verdict.With(verdict.Reply, null, OurFacts.NotInQuarantine.Is(failed.Why));

        // Whom we would have said yes to must come again: neither yes nor no is true now.
        var later = (failed.Outcome == StoreOutcome.Full ? LimitReplies.StoreFull : LimitReplies.StoreBroken).Say()
            .As(context.Options.Replies);
        return verdict.With(later, null, OurFacts.NotInQuarantine.Is(failed.Why));
    }
}
