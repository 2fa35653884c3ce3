using System.Collections.Frozen;
using Gatepost.Dns;
using Gatepost.Policy.Directory;
using Gatepost.Policy.Rules.Message;
using Gatepost.Policy.Rules.Recipient;
using Gatepost.Policy.Rules.Sender;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Policy;

/// <summary>Which rules are asked, in which order, and what becomes of their answers.</summary>
/// <remarks>
/// The first refusal counts. What a session learnt stays with it in a <see cref="Case"/>; options and directory
/// may be replaced at any time and hold from each session's next command.
/// </remarks>
public sealed class RuleBook : IGatekeeper
{
    private readonly TimeProvider time;
    private readonly VerdictIds ids;
    private volatile Edition edition;

    /// <param name="options">Checked by their <see cref="PolicyOptions.Problems"/> beforehand.</param>
    /// <param name="random">For verdict ids.</param>
    public RuleBook(PolicyOptions options, IDirectory directory, IResolver dns, TimeProvider time, Random random)
    {
        this.time = time;
        ids = new VerdictIds(random);
        Dns = dns;
        edition = new Edition(options, directory);
    }

    /// <summary>Every rule by name, in the order they are asked within their stage.</summary>
    public static IReadOnlyList<string> RuleNames { get; } = [.. All().Select(rule => rule.Name).Distinct()];

    internal IResolver Dns { get; }

    /// <summary>Puts other options and another directory in force, without a session noticing before its next command.</summary>
    public void Reload(PolicyOptions options, IDirectory directory) => edition = new Edition(options, directory);

    public async ValueTask<Verdict> JudgeAsync(Stage stage, Session session, CancellationToken cancel)
    {
        var book = edition;
        var rules = book.For(stage, session.Role);
        if (rules.Length == 0 && stage != Stage.RcptTo)
            return Verdict.Unremarkable;

        var @case = await OpenAsync(stage, session, book, cancel);
        List<Fact>? evidence = null;
        var last = Verdict.Unremarkable;
        foreach (var rule in rules)
        {
            if (rule.Exempts(@case))
                continue;

            var verdict = await rule.Rule.JudgeAsync(@case, cancel);
            if (!verdict.Passes && rule.Mode == RuleMode.On)
                return Refuse(rule, verdict, book.Options);
            if (ReferenceEquals(verdict, Verdict.Unremarkable))
                continue;

            last = verdict;
            (evidence ??= []).Add(new Fact(verdict.Rule, verdict.Passes ? verdict.Why : $"would refuse: {verdict.Reply} ({verdict.Why})"));
            evidence.AddRange(verdict.Facts);
        }

        if (stage == Stage.RcptTo)
            session.Candidate!.Routes = @case.Recipient!.Routes;
        return evidence is null ? Verdict.Unremarkable : Verdict.Pass(last.Rule, last.Passes ? last.Why : "the rule only warns", evidence);
    }

    private async ValueTask<Case> OpenAsync(Stage stage, Session session, Edition book, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        if (session.GatekeeperState is Case @case)
        {
            @case.Options = book.Options;
            @case.Directory = book.Directory;
            @case.Now = now;
        }
        else
        {
            session.GatekeeperState = @case = new Case(session) { Options = book.Options, Directory = book.Directory, Now = now };
        }

        if (stage == Stage.RcptTo)
            @case.Recipient = await Expansion.ResolveAsync(book.Directory, session.Candidate!.Address, cancel);
        return @case;
    }

    /// <summary>Speaks the refusal in its form and gives it an id under which its evidence is found again.</summary>
    private Verdict Refuse(BoundRule rule, Verdict verdict, PolicyOptions options)
    {
        string id = ids.Next();
        var reply = verdict.Reply!.As(rule.Options.Replies ?? options.Replies).Adding($"[{id}]");
        if (options.ExplainUrl is { } page)
            reply = reply.Adding(new Uri(page, id).AbsoluteUri);
        return new Verdict
        {
            Rule = verdict.Rule,
            Why = verdict.Why,
            Reply = reply,
            Facts = verdict.Facts,
            Disconnect = verdict.Disconnect,
            Id = id,
        };
    }

    private static IEnumerable<IRule> All() =>
    [
        new AuthenticationRequiredAtMail(),
        new AuthenticationRequired(),
        new TooManyRecipients(),
        new RelayDenied(),
        new RecipientUnknown(),
        new ForwardingLoop(),
        new TooManyHops(),
    ];

    /// <summary>A rule with what the configuration says of it.</summary>
    private sealed record BoundRule(IRule Rule, RuleMode Mode, RuleOptions Options)
    {
        public bool Exempts(Case @case)
        {
            var session = @case.Session;
            if (Options.ExemptAuthenticated && session.User is not null)
                return true;
            if (Options.ExemptNetworks.Count > 0 && Networks.Contain(Options.ExemptNetworks, session.Client.Address))
                return true;
            if (Options.ExemptDomains.Count == 0)
                return false;
            string? domain = session.Candidate?.Address.Domain ?? session.Envelope?.Sender?.Domain;
            return domain is not null && Options.ExemptDomains.Contains(AddressKey.ToAscii(domain).ToLowerInvariant());
        }
    }

    /// <summary>What is in force at one time.</summary>
    private sealed class Edition(PolicyOptions options, IDirectory directory)
    {
        private static readonly RuleOptions Plain = new();

        private readonly FrozenDictionary<(Stage, ListenerRole), BoundRule[]> rules = Bind(options);

        public PolicyOptions Options { get; } = options;

        public IDirectory Directory { get; } = directory;

        public BoundRule[] For(Stage stage, ListenerRole role) => rules.GetValueOrDefault((stage, role), []);

        private static FrozenDictionary<(Stage, ListenerRole), BoundRule[]> Bind(PolicyOptions options) =>
            Enum.GetValues<ListenerRole>()
                .SelectMany(role => All().Where(rule => rule.AppliesTo(role)).Select(rule => (role, rule)))
                .GroupBy(pair => (pair.rule.Stage, pair.role), pair => Bind(pair.rule, options))
                .ToFrozenDictionary(group => group.Key, group => group.Where(rule => rule.Mode != RuleMode.Off).ToArray());

        private static BoundRule Bind(IRule rule, PolicyOptions options)
        {
            var own = options.Rules.GetValueOrDefault(rule.Name, Plain);
            return new BoundRule(rule, own.Mode ?? RuleMode.On, own);
        }
    }
}
