using System.Net;
using Gatepost.Dns;
using Gatepost.Policy.Directory;
using Gatepost.Policy.Origin;
using Gatepost.Policy.Quarantine;
using Gatepost.Policy.Quotas;
using Gatepost.Policy.Reputation;
using Gatepost.Policy.Rules;
using Gatepost.Policy.Rules.Message;
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
    public static IReadOnlyList<string> RuleNames => RuleOrder.Names;

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
                context.Recipient = await ResolveAsync(context, session.Candidate!.Address, cancel);
            if (stage == Stage.Message)
                await ReadMessageAsync(context, current, cancel);
            var verdict = await new RuleRound(rules, context, refusals, parts).RunAsync(cancel);
            if (stage == Stage.Message && parts.DmarcResults is { } results)
                DmarcFailed.NoteTo(results, context, current.Rules.IsEnforced(DmarcFailed.RuleName, context));
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

    private async ValueTask<Resolution> ResolveAsync(RuleContext context, Mailbox recipient, CancellationToken cancel) =>
        await ReturnAddress.ResolveAsync(context.Directory, parts.Srs, context.Options.ReturnDomain, recipient, cancel)
        ?? (context.MayRelay
            ? await Machine.ResolveAsync(context.Directory, recipient, cancel)
            : await AliasExpansion.ResolveAsync(context.Directory, recipient, cancel));

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

    /// <summary>
    /// Lets a client in again that was kept out for a while, and restarts its counters, or it would be blocked again immediately.
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
        // Every client that comes over a network has its name looked up, once a session; only unknown clients are looked up in block lists.
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
            context.Origin = isChecked && context.Questions is { } questions
                ? OriginCheck.Begin(session, questions, parts, parts.Stopping) : null;
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
        else if (session.Role is ListenerRole.Mx or ListenerRole.Internal && session.User is null)
            await OriginCheck.RemoveForgedAsync(draft, session, context.Options.OwnNames, cancel);
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
