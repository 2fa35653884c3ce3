using System.Net;
using Gatepost.Policy.Directory;
using Gatepost.Policy.Origin;
using Gatepost.Policy.Quotas;
using Gatepost.Policy.Reputation;
using Gatepost.Policy.Scanners;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Policy.Rules;

/// <summary>One session before the gate: what the rules know of it beside what the client said.</summary>
/// <remarks>One owner, its session; never used by two commands together.</remarks>
public sealed class RuleContext(Session session)
{
    private List<QuotaReservation>? reservations;
    private Dictionary<IRule, Verdict>? ofClient;
    private List<(EnvelopeRecipient Recipient, Account Account)>? limited;
    private Envelope? limitedIn;

    public Session Session { get; } = session;

    /// <summary>The options in force for the command being judged.</summary>
    public required PolicyOptions Options { get; set; }

    public required IDirectory Directory { get; set; }

    public required DateTimeOffset Now { get; set; }

    /// <summary>The recipient being judged, followed to its end; set at <see cref="Stage.RcptTo"/>.</summary>
    public Resolution? Recipient { get; set; }

    /// <summary>
    /// The mailbox of ours the recipient names itself, with or without a detail or by an alias domain; null for aliases and for what is not
    /// ours.
    /// </summary>
    public Account? NamedMailbox =>
        Recipient is { Outcome: ResolutionOutcome.Found, Accounts: [var first, ..] } && Session.Candidate is { } candidate
            && first.IsNamedBy(AddressKey.Of(candidate.Address)) ? first : null;

    /// <summary>What DNS was asked when the client connected; null if no rule wanted anything.</summary>
    public ClientQuestions? Questions { get; set; }

    /// <summary>Who sent the message; null for clients that are not checked, and if no rule wants to know.</summary>
    public OriginCheck? Origin { get; set; }

    /// <summary>The filters' answers about the message being judged; null if there is no filter.</summary>
    public ScanRound? Scans { get; set; }

    /// <summary>A pass of a rule about the client stays what it is however many recipients follow.</summary>
    internal Verdict? Recall(IRule rule) => ofClient?.GetValueOrDefault(rule);

    internal void Remember(IRule rule, Verdict pass) => (ofClient ??= [])[rule] = pass;

    /// <summary>Another client speaks from here on (XCLIENT).</summary>
    internal void ForgetClient() => (ofClient, Questions) = (null, null);

    /// <summary>The mailboxes with a limit among the accepted recipients of this message, once each.</summary>
    public IReadOnlyList<(EnvelopeRecipient Recipient, Account Account)> LimitedMailboxes =>
        limited is null || Session.Envelope is not { } envelope || !ReferenceEquals(envelope, limitedIn)
            ? []
            : [.. limited.Where(mailbox => envelope.Recipients.Contains(mailbox.Recipient))
                .DistinctBy(mailbox => mailbox.Account.Destination)];

    /// <summary>
    /// Notes that the candidate leads to a mailbox with a limit, so that the message is measured against it when it is complete.
    /// </summary>
    public void NoteLimited(Account account)
    {
        if (!ReferenceEquals(limitedIn, Session.Envelope))
            (limitedIn, limited) = (Session.Envelope, null);
        (limited ??= []).Add((Session.Candidate!, account));
    }

    /// <summary>What the rules want counted if all of them pass.</summary>
    public IReadOnlyList<QuotaReservation> Reservations => reservations ?? [];

    /// <summary>Whether the client speaks from one of the trusted networks.</summary>
    public bool IsFromTrustedNetwork => Options.IsTrustedNetwork(Session.Client.Address);

    /// <summary>Whether the client may send anywhere: it logged in, or it speaks from a trusted network to a listener for those.</summary>
    public bool MayRelay => Session.User is not null || (Session.Role == ListenerRole.Internal && IsFromTrustedNetwork);

    /// <summary>Whether the recipient is in the envelope already: said twice, delivered and counted once.</summary>
    public bool IsRepeated
    {
        get
        {
            if (Session.Candidate is not { } candidate || Session.Envelope is not { } envelope)
                return false;
            foreach (var known in envelope.Recipients)
            {
                if (known.Address.Equals(candidate.Address))
                    return true;
            }

            return false;
        }
    }

    /// <summary>The client as refusals quote it.</summary>
    public string ClientText => Client.ToString();

    /// <summary>The client's address.</summary>
    public IPAddress Client => Session.Client.Address;

    /// <summary>The sender as refusals quote it; empty for the null sender.</summary>
    public string SenderText => Session.Envelope?.Sender?.ToString() ?? "";

    /// <summary>The recipient as refusals quote it.</summary>
    public string RecipientText => Session.Candidate?.Address.ToString() ?? "";

    /// <summary>Has something counted once every rule has passed, all such reservations in one step.</summary>
    public void Reserve(Claim claim, Func<Usage, Verdict> refuse) => (reservations ??= []).Add(new QuotaReservation(claim, refuse));

    public void ClearReservations() => reservations?.Clear();

    /// <summary>The reservations from that one on are of a rule that only warns: they refuse no one.</summary>
    public void MarkWarnOnly(int from)
    {
        for (int i = from; i < (reservations?.Count ?? 0); i++)
            reservations![i] = reservations[i] with { WarnsOnly = true };
    }

    public void RemoveReservation(int index) => reservations!.RemoveAt(index);
}

/// <summary>Something to be counted.</summary>
/// <param name="Claim">The counter and its limit.</param>
/// <param name="Refuse">The verdict where it does not fit.</param>
/// <param name="WarnsOnly">Whether that verdict is traced and not applied.</param>
public readonly record struct QuotaReservation(Claim Claim, Func<Usage, Verdict> Refuse, bool WarnsOnly = false);
