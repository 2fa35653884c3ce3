using System.Net;
using Gatepost.Dns;
using Gatepost.Policy.Directory;
using Gatepost.Policy.Quarantine;
using Gatepost.Policy.Quotas;
using Gatepost.Policy.Reputation;
using Gatepost.Policy.Rules.Message;
using Gatepost.Policy.Scanners;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Policy;

/// <summary>Which rules are asked, in which order, and what becomes of their answers.</summary>
/// <remarks>
/// The first refusal counts. What a session learnt stays with it in a <see cref="RuleContext"/>; options and directory
/// may be replaced at any time and hold from each session's next command.
/// </remarks>
public sealed class RuleEngine : IGatekeeper
{
    private readonly PolicyServices parts;
    private readonly VerdictIds? ids;
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
        this.ids = ids;
        snapshot = new PolicySnapshot(options, directory, parts, known: null);
    }

    /// <summary>Every rule by name, in the order they are asked.</summary>
    public static IReadOnlyList<string> RuleNames => RuleTable.Names;

    /// <summary>How often each rule refused, or would have while it only warns.</summary>
    public RuleCounts Counts { get; } = new();

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

    /// <summary>The same rules, options and directory, but nothing is counted or remembered: for dry runs. Its refusals have no id, because there is no record to find.</summary>
    public RuleEngine ReadOnly()
    {
        var current = snapshot;
        return new RuleEngine(current.Options, current.Directory, parts.ReadOnly(), ids: null);
    }

    public async ValueTask<Verdict> JudgeAsync(Stage stage, Session session, CancellationToken cancel)
    {
        var current = snapshot;
        var rules = current.Rules.For(stage, session.Role);
        var context = Open(stage, session, current, cancel);
        if (stage == Stage.RcptTo)
            context.Recipient = null;

        try
        {
            if (stage != Stage.RcptTo && rules.Count == 0)
                return Verdict.Unremarkable;
            if (stage == Stage.RcptTo)
                context.Recipient = await AliasExpansion.ResolveAsync(current.Directory, session.Candidate!.Address, cancel);
            var verdict = await AskAsync(rules, context, cancel);
            if (verdict.Passes && context.Scans is { } passed)
                await passed.MarkAsync(session);
            else if (!verdict.Passes && stage == Stage.Message)
                return await QuarantineAsync(verdict, context, cancel);
            return verdict;
        }
        catch (Exception fault) when (fault is not OperationCanceledException || !cancel.IsCancellationRequested)
        {
            return Fail(stage, fault, current.Options);
        }
        finally
        {
            // The draft goes with the verdict: no filter may read on in a buffer that is somebody else's by then.
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
        return Refuse(refusal, options.Rules.GetValueOrDefault(refusal.Rule)?.Replies, options, []);
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
            var verdict = (ofClient ? context.Recall(rule) : null) ?? await JudgeAsync(rule, context, cancel);
            if (ofClient && verdict.Passes)
                context.Remember(rule, verdict);
            if (verdict.IsSilent)
            {
                silent |= 1ul << i;
            }
            else if (!verdict.Passes && rule.Mode == RuleMode.On)
            {
                return Refuse(verdict, rule.Options.Replies, context.Options, [.. seen ?? [], .. rules.PassSilently(silent, exempt).Facts]);
            }
            else
            {
                last = Warned(verdict, rule.Options.Replies ?? context.Options.Replies);
                AddSeen(seen ??= [], last, verdict.Facts);
            }

            if (rule.Mode == RuleMode.Warn)
                context.MarkWarnOnly(reservations);
        }

        if (context.Reservations.Count > 0)
        {
            seen ??= [];
            if (await SettleAsync(context, seen, cancel) is { } late)
                return Refuse(late, context.Options.Rules.GetValueOrDefault(late.Rule)?.Replies, context.Options, [.. seen, .. rules.PassSilently(silent, exempt).Facts]);
        }

        if (context.Session.Candidate is { } candidate && context.Recipient is { } recipient)
        {
            candidate.Routes = recipient.Routes;
            candidate.ForwardShown = context.Options.DiscloseForward && recipient is { Outcome: ResolutionOutcome.Found, Accounts.Count: > 0, Routes: [{ Destination.Kind: not DestinationKind.Maildir } only] } && !only.Address.Equals(candidate.Address) ? only.Address : null;
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
            return Verdict.Pass(rule.Name, OurEvidence.WarningFailed.Say(), OurFacts.Fault.Is($"{fault.GetType().Name}: {fault.Message}"));
        }
    }

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
            AddSeen(seen, Warned(verdict, context.Options.Rules.GetValueOrDefault(verdict.Rule)?.Replies ?? context.Options.Replies), verdict.Facts);
            context.RemoveReservation(refused);
        }

        return null;
    }

    /// <summary>Lets a client in again that was kept out for a while, and begins its counters anew, or it would be out again at once.</summary>
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
            session.GatekeeperState = context = new RuleContext(session) { Options = current.Options, Directory = current.Directory, Now = now };
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
        if (stage == Stage.Connect && session.Role == ListenerRole.Mx && (current.Rules.AsksDnsbls || current.Rules.AsksReverseName) && !context.IsFromTrustedNetwork)
            context.Questions = ClientQuestions.Ask(session.Client.Address, parts.Dns, current.Rules.AsksDnsbls ? current.Lists : [], current.Rules.AsksReverseName, parts.Stopping);
        if (stage == Stage.Message)
            context.Scans = MayScan(session, current) ? ScanRound.Begin(current.Filters, session, cancel) : null;
        return context;
    }

    /// <summary>A message over the limit of which only a part was kept is shown to no filter.</summary>
    private static bool MayScan(Session session, PolicySnapshot current) =>
        session.Draft is { } draft && current.Filters.Count > 0 && session.Role != ListenerRole.Lmtp && draft.Length >= session.Octets;

    private Verdict Warned(Verdict verdict, ReplyStyle style)
    {
        if (verdict.Passes)
            return verdict;
        Counts.Warned(verdict.Rule);
        return Verdict.Pass(verdict.Rule, OurEvidence.WarnsOnly.Say(verdict.Reply!.As(style).ToString(), verdict.Why));
    }

    /// <summary>Speaks the refusal in its form and gives it an id under which its evidence is found again.</summary>
    /// <param name="before">What the rules asked before this one saw.</param>
    private Verdict Refuse(Verdict verdict, ReplyStyle? own, PolicyOptions options, IReadOnlyList<Fact> before)
    {
        string? id = ids?.Next();
        var reply = verdict.Reply!.As(own ?? options.Replies);
        if (id is not null)
            reply = reply.Adding($"[{id}]");
        if (id is not null && options.ExplainUrl is { } page)
            reply = reply.Adding(new Uri(page, id).AbsoluteUri);
        Counts.Refused(verdict.Rule);
        return new Verdict
        {
            Rule = verdict.Rule,
            Why = verdict.Why,
            Reply = reply,
            Facts = before.Count == 0 ? verdict.Facts : [.. verdict.Facts, .. before],
            Disconnect = verdict.Disconnect,
            Id = id,
        };
    }

    /// <summary>Keeps a copy of a refused message where the configuration wants one. A refusal stays one, unless its rule is among those whose messages are taken.</summary>
    private async ValueTask<Verdict> QuarantineAsync(Verdict verdict, RuleContext context, CancellationToken cancel)
    {
        var options = context.Options.Quarantine;
        if (parts.Quarantine is not { } quarantine || context.Session.Draft is not { } draft || draft.Length < context.Session.Octets || !options.Keeps(verdict.Rule) || !verdict.Reply!.IsPermanent)
            return verdict;

        bool take = options.Accept.Contains(verdict.Rule);
        var message = QuarantinedMessage.Of(context.Session, verdict, take, context.Now);
        if (await quarantine.StoreAsync(message, draft, options, cancel) is not { } failed)
            return verdict.With(take ? null : verdict.Reply, take ? draft.QueueId : null, OurFacts.InQuarantine.Is(draft.QueueId));
        if (!take || failed.ForGood)
            return verdict.With(verdict.Reply, null, OurFacts.NotInQuarantine.Is(failed.Why));

        // Whom we would have said yes to must come again: neither yes nor no is true now.
        var later = (failed.Outcome == StoreOutcome.Full ? OurReplies.StoreFull : OurReplies.StoreBroken).Say().As(context.Options.Replies);
        return verdict.With(later, null, OurFacts.NotInQuarantine.Is(failed.Why));
    }

    /// <summary>A rule or a table of ours failed: the client is asked to come back, the admin finds the cause under the id.</summary>
    private Verdict Fail(Stage stage, Exception fault, PolicyOptions options)
    {
        bool directory = fault is DirectoryUnavailableException;
        string rule = directory ? "directory-unavailable" : "configuration-problem";
        parts.Alarms.Raise($"{rule}:{stage}:{fault.GetType().Name}", OurEvidence.JudgingFailedDefers.Say(stage.ToString(), fault.Message));
        return Refuse(
            Verdict.Refuse(
                rule,
                (directory ? OurReplies.DirectoryUnavailable : OurReplies.ConfigurationProblem).Say(),
                OurEvidence.JudgingFailed.Say(stage.ToString(), fault.Message),
                OurFacts.Fault.Is($"{fault.GetType().Name}: {fault.Message}"),
                OurFacts.WouldPass.Is(OurEvidence.PassFaultFixed.Say())),
            own: null,
            options,
            before: []);
    }

    /// <summary>What is in force at one time.</summary>
    private sealed class PolicySnapshot
    {
        public PolicySnapshot(PolicyOptions options, IDirectory directory, PolicyServices parts, PolicySnapshot? known)
        {
            Options = options;
            Directory = directory;
            Rules = new RuleTable(parts, options);
            Filters = [.. options.Scanners.Select(filter =>
                (known?.Filters.FirstOrDefault(old => old.Options == filter).Scanner ?? parts.MakeScanner(filter), filter))];
            // A list that stays as it was keeps what was learnt about it.
            Lists = [.. options.Dnsbls.Select(list =>
                known?.Lists.FirstOrDefault(old => old.Options.Zone == list.Zone) ?? new Dnsbl(list, parts.Dns, parts.Time, parts.Alarms))];
        }

        public IReadOnlyList<(IScanner Scanner, ScannerOptions Options)> Filters { get; }

        /// <summary>Alarms that end with the filter or list they are about.</summary>
        public IEnumerable<string> AlarmKeys =>
            Filters.Select(filter => FilterUnavailable.AlarmKey(filter.Options.Name)).Concat(Lists.Select(list => list.AlarmKey));

        public PolicyOptions Options { get; }

        public IDirectory Directory { get; }

        public RuleTable Rules { get; }

        public IReadOnlyList<Dnsbl> Lists { get; }
    }
}
