using System.Diagnostics.CodeAnalysis;
using Gatepost.Replies;

namespace Gatepost.Smtp;

/// <summary>A gatekeeper's answer at one stage, with its reason also when it passes.</summary>
public sealed class Verdict
{
    /// <summary>Passed without anything to record; the answer of the hot path.</summary>
    public static readonly Verdict Unremarkable = PassSilently([]);

    /// <summary>The rule that decided, by its catalogue name.</summary>
    public required string Rule { get; init; }

    /// <summary>Why; it becomes a sentence when it is read.</summary>
    public required Finding Why { get; init; }

    /// <summary>Null if it passes.</summary>
    public Reply? Reply { get; init; }

    public IReadOnlyList<Fact> Facts { get; init; } = [];

    /// <summary><c>G-...</c>: opens this record in <c>gatepost trace</c>; set on refusals.</summary>
    public string? Id { get; init; }

    /// <summary>Set where the gate has made the message durable in a place of its own: it is taken, and must not be queued.</summary>
    public string? KeptAs { get; init; }

    /// <summary>Whether the connection ends after the reply.</summary>
    public bool Disconnect { get; init; }

    /// <summary>
    /// A pass in which no rule had anything to record: its facts only name the rules, and go into the journal with the reply.
    /// </summary>
    public bool IsSilent { get; private init; }

    [MemberNotNullWhen(false, nameof(Reply))]
    public bool Passes => Reply is null;

    public static Verdict Pass(string rule, Finding why, params IReadOnlyList<Fact> facts) =>
        new() { Rule = rule, Why = why, Facts = facts };

    /// <summary>A pass in which no rule had anything to record.</summary>
    /// <param name="facts"><see cref="OurFacts.NoObjection"/> and <see cref="OurFacts.NotAsked"/>.</param>
    public static Verdict PassSilently(IReadOnlyList<Fact> facts) =>
        new() { Rule = "none", Why = OurEvidence.NothingObjected.Say(), Facts = facts, IsSilent = true };

    /// <summary>The same judgement with another end to it.</summary>
    /// <param name="reply">Null if the message is taken after all.</param>
    /// <param name="keptAs">Where it is durable then.</param>
    /// <param name="fact">What else was seen.</param>
    public Verdict With(Reply? reply, string? keptAs, Fact fact) => new()
    {
        Rule = Rule,
        Why = Why,
        Reply = reply,
        Facts = [.. Facts, fact],
        Id = Id,
        Disconnect = Disconnect,
        KeptAs = keptAs,
    };

    public static Verdict Refuse(string rule, Reply reply, Finding why, params IReadOnlyList<Fact> facts) =>
        new() { Rule = rule, Why = why, Reply = reply, Facts = facts };
}

/// <summary>"May this go on?", asked at each stage.</summary>
public interface IGatekeeper
{
    /// <summary>
    /// Judges the session as it is. At <see cref="Stage.RcptTo"/> a pass must leave routes on <see cref="Session.Candidate"/>.
    /// </summary>
    /// <remarks>
    /// Must not throw for anything the client or DNS said; what it throws nevertheless becomes 451 4.3.0 and is journalled.
    /// </remarks>
    ValueTask<Verdict> JudgeAsync(Stage stage, Session session, CancellationToken cancel);

    /// <summary>
    /// Takes note of a refusal that the server found by itself before any rule was asked (an unreadable recipient, a message over the
    /// limit): it is counted and gets an id like those of rules.
    /// </summary>
    Verdict Sign(Verdict refusal) => refusal;

    /// <summary>
    /// Whether the limit of this rule really refuses in this session; false if the rule is off, only warns, or exempts the client.
    /// </summary>
    /// <remarks>
    /// Asked only once a limit is exceeded: octets that will be refused anyway are not kept. <see cref="Server.HardLimits"/> hold
    /// regardless.
    /// </remarks>
    bool IsEnforced(string rule, Session session) => true;
}

/// <summary>What became of an authentication.</summary>
/// <param name="User">The login where it succeeded.</param>
/// <param name="Reply">The refusal where it did not.</param>
/// <param name="Why">For the journal; holds nothing of what the client said, which may be a password in the wrong place.</param>
/// <param name="Facts">What was seen: counters and their limits.</param>
public readonly record struct Authentication(string? User, Reply? Reply, Finding? Why = null, IReadOnlyList<Fact>? Facts = null);

/// <summary>"Is this who it claims to be?"</summary>
public interface IAuthenticator
{
    /// <summary>
    /// SASL mechanisms offered in this session, strongest first; empty if AUTH is not offered (never at an MX, never in clear but on
    /// loopback).
    /// </summary>
    IReadOnlyList<string> Mechanisms(Session session);

    /// <summary>Whether AUTH is withheld only because there is no TLS: the client is then asked to start that first (538 5.7.11).</summary>
    bool WantsTls(Session session) => session.Tls is null;

    /// <summary>Starts an exchange; null if the mechanism is not offered.</summary>
    ISaslExchange? Start(string mechanism, Session session);
}

/// <summary>One SASL exchange (RFC 4422): octets in, octets out, until decided.</summary>
public interface ISaslExchange
{
    /// <summary>Takes the client's initial response (null if none was sent) or its answer to the last challenge.</summary>
    /// <returns>A further challenge, or the outcome.</returns>
    ValueTask<(byte[]? Challenge, Authentication? Outcome)> StepAsync(ReadOnlyMemory<byte>? response, CancellationToken cancel);
}
