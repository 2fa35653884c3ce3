using System.Collections.Frozen;
using Gatepost.Dns;
using Gatepost.Policy.Rules;
using Gatepost.Policy.Rules.Connection;
using Gatepost.Policy.Rules.Hello;
using Gatepost.Policy.Rules.Message;
using Gatepost.Policy.Rules.Recipient;
using Gatepost.Policy.Rules.Sender;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Policy.Engine;

/// <summary>All rules in the order they are asked, bound to what the configuration says of each.</summary>
internal sealed class RuleOrder
{
    private static readonly RuleOptions Plain = new();

    private readonly BoundRule[] all;
    private readonly FrozenDictionary<(Stage, ListenerRole), StageRules> rules;

    public RuleOrder(PolicyServices parts, PolicyOptions options)
    {
        all = [.. All(parts)
            .Select(rule => new BoundRule(rule, StageOf(rule, options), options.Rules.GetValueOrDefault(rule.Name, Plain)))
            .Where(rule => rule.Mode != RuleMode.Off && !rule.Rule.IsIdle(options))
            .OrderBy(rule => options.Order.Contains(rule.Rule.Name) ? options.Order.ToList().IndexOf(rule.Rule.Name) : int.MaxValue)];
        rules = Enum.GetValues<ListenerRole>()
            .SelectMany(role => all.Where(rule => rule.Rule.AppliesTo(role)).Select(rule => (role, rule)))
            .GroupBy(pair => (pair.rule.Stage, pair.role), pair => pair.rule)
            .ToFrozenDictionary(group => group.Key, group => new StageRules([.. group]));
        AsksOrigin = all.Any(rule => rule.Rule is OriginRule);
        AsksDnsbls = all.Any(rule => rule.Rule is ListedByDnsbl) && options.Dnsbls.Count > 0;
    }

    /// <summary>Every rule's name, in the order they are asked.</summary>
    public static IReadOnlyList<string> Names { get; } = [
        .. All(new PolicyServices(NoDns.Instance, TimeProvider.System)).Select(rule => rule.Name).Distinct()];

    public bool AsksDnsbls { get; }

    public bool AsksOrigin { get; }

    public StageRules For(Stage stage, ListenerRole role) => rules.GetValueOrDefault((stage, role), StageRules.Empty);

    /// <summary>Whether that rule refuses this client anywhere in a session; false if it is off, only warns, or exempts it.</summary>
    public bool IsEnforced(string rule, RuleContext context)
    {
        foreach (var bound in all)
        {
            if (bound.Rule.Name == rule && bound.Mode == RuleMode.On && bound.Rule.AppliesTo(context.Session.Role)
                && !bound.IsExempt(context))
                return true;
        }

        return false;
    }

    private static Stage StageOf(IRule rule, PolicyOptions options) =>
        options.RefuseAtRecipient && rule.Stage is Stage.Connect or Stage.Hello && rule is not (TooManyConnectionsInTime or SpokeTooEarly)
            ? Stage.RcptTo : rule.Stage;

    private static IReadOnlyList<IRule> All(PolicyServices parts) =>
        [.. OfTheClient(parts), .. OfTheSender(parts), .. OfTheRecipient(parts), .. OfTheMessage(parts)];

    /// <summary>First what needs no DNS.</summary>
    private static IReadOnlyList<IRule> OfTheClient(PolicyServices parts) =>
    [
        new TooManyConnectionsInTime(parts),
        new SpokeTooEarly(parts),
        new EhloRequired(),
        new ProtocolErrors(),
        new PipelinedTooEarly(Stage.RcptTo),
        new HelloIsLocalhost(),
        new HelloIsOurName(),
        new HelloMalformed(),
        new ListedByDnsbl(),
        new ReverseNameMissing(),
        new ReverseNameUnconfirmed(),
    ];

    private static IReadOnlyList<IRule> OfTheSender(PolicyServices parts) =>
    [
        new MessageTooBig(Stage.MailFrom),
        new AccountSuspended(Stage.Authenticate),
        new AuthenticationRequiredAtMail(),
        new SenderNotLoggedIn(),
        new SenderNotOwned(),
        new SenderBlocked(Stage.MailFrom),
        new TooManyMessagesFromClient(parts),
        new SenderDomainNotFound(parts),
    ];

    /// <summary>First what any recipient would meet, then whose it is, then how much it may.</summary>
    private static IReadOnlyList<IRule> OfTheRecipient(PolicyServices parts) =>
    [
        new AuthenticationRequired(),
        new AccountSuspended(Stage.RcptTo),
        new TooManyRecipients(),
        new RecipientBlocked(),
        new RelayDenied(parts),
        new SrsInvalid(),
        new RecipientUnknown(),
        new ForwardingLoop(),
        new RecipientMoved(),
        new RecipientSuspended(),
        new SenderBlocked(Stage.RcptTo),
        new RecipientDomainUnknown(parts),
        new MailboxFull(parts),
        new Greylisted(parts),
        new RecipientUndeliverable(parts),
        new InboundQuotaExceeded(parts),
        new UserQuotaExceeded(parts),
        new DomainQuotaExceeded(parts),
    ];

    private static IReadOnlyList<IRule> OfTheMessage(PolicyServices parts) =>
    [
        new PipelinedTooEarly(Stage.Data),
        new MessageTooBig(Stage.Message),
        new MessageLineTooLong(),
        new TooManyHops(),
        new FromNotOwned(),
        new DmarcFailed(),
        new SpfFailed(),
        new DkimFailed(),
        new ArcBroken(),
        new SenderUnauthenticated(),
        new VirusFound(),
        new SpamFound(),
        new BulkFound(),
        new FilterRefused(),
        new FilterKeptBack(),
        new FilterDeferred(),
        new FilterUnavailable(parts),
        new MailboxFullAtData(parts),
    ];

    /// <summary>For listing names only.</summary>
    private sealed class NoDns : IResolver
    {
        public static readonly NoDns Instance = new();

        public ValueTask<DnsAnswer<MxRecord>> MxAsync(string domain, CancellationToken cancel) =>
            ValueTask.FromResult(new DnsAnswer<MxRecord>(DnsOutcome.Unanswered, []));

        public ValueTask<DnsAnswer<System.Net.IPAddress>> AddressesAsync(string host, CancellationToken cancel) =>
            ValueTask.FromResult(new DnsAnswer<System.Net.IPAddress>(DnsOutcome.Unanswered, []));

        public ValueTask<DnsAnswer<string>> TxtAsync(string name, CancellationToken cancel) =>
            ValueTask.FromResult(new DnsAnswer<string>(DnsOutcome.Unanswered, []));

        public ValueTask<DnsAnswer<string>> ReverseAsync(System.Net.IPAddress address, CancellationToken cancel) =>
            ValueTask.FromResult(new DnsAnswer<string>(DnsOutcome.Unanswered, []));
    }
}
