namespace Gatepost.Replies;

/// <summary>Who can change the outcome; several may be able to.</summary>
[Flags]
public enum Actors
{
    /// <summary>No one need act: waiting is enough, or nothing can be done.</summary>
    Nobody = 0,

    /// <summary>The person who wrote the message.</summary>
    Sender = 1,

    /// <summary>Who runs the sending server or the sender's domain.</summary>
    SenderAdmin = 2,

    /// <summary>The person whom the message was meant for.</summary>
    Recipient = 4,

    /// <summary>Who runs the receiving server or the recipient's domain.</summary>
    RecipientAdmin = 8,

    /// <summary>Who owns the sending IP address (reverse names, delisting).</summary>
    AddressOwner = 16,
}

/// <summary>Whether sending the same message again, unchanged, can help.</summary>
public enum Retry
{
    /// <summary>No: the same message gets the same answer.</summary>
    No,

    /// <summary>Yes, and the sending server does it by itself.</summary>
    Automatic,

    /// <summary>Yes, but later: when a window has passed or space was freed.</summary>
    Later,

    /// <summary>Only after the cause was changed.</summary>
    AfterChange,

    /// <summary>Yes, with fewer recipients or a smaller message at a time.</summary>
    InParts,
}

/// <summary>Is the <i>address</i> dead? The class of a reply says nothing about that.</summary>
public enum Permanence
{
    /// <summary>The address may be good; the fault is the sender's, the message's, the filter's or the moment's.</summary>
    Soft,

    /// <summary>Do not write to it again before a person has corrected it.</summary>
    Hard,

    /// <summary>Not about a failure at all.</summary>
    None,
}

/// <summary>One word for a cause of refusal, delay or bounce: the shared vocabulary of server, bounces and <c>explain</c>.</summary>
/// <remarks>A word is added only where the person who must act, or the act itself, differs.</remarks>
public sealed record Reason(string Word, Actors Actors, Permanence Permanence, Retry Retry, string? Wider = null)
{
    private const Actors S = Actors.Sender, A = Actors.SenderAdmin, R = Actors.Recipient, P = Actors.RecipientAdmin,
        I = Actors.AddressOwner;

    // The recipient
    public static readonly Reason MailboxUnknown = new("mailbox-unknown", S, Permanence.Hard, Retry.No);
    public static readonly Reason AddressInvalid = new("address-invalid", S, Permanence.Hard, Retry.No, "mailbox-unknown");
    public static readonly Reason MailboxDisabled = new("mailbox-disabled", R | P, Permanence.Soft, Retry.No);
    public static readonly Reason MailboxFull = new("mailbox-full", R, Permanence.Soft, Retry.Later);
    public static readonly Reason MailboxMoved = new("mailbox-moved", S, Permanence.Hard, Retry.No);
    public static readonly Reason RecipientRefused = new("recipient-refused", R, Permanence.Soft, Retry.No);

    // Route and network
    public static readonly Reason DomainNotFound = new("domain-not-found", S, Permanence.Hard, Retry.No);
    public static readonly Reason DomainRefusesMail = new("domain-refuses-mail", S, Permanence.Hard, Retry.No);
    public static readonly Reason DnsFailure = new("dns-failure", A | P, Permanence.Soft, Retry.Automatic, "host-unreachable");
    public static readonly Reason HostUnreachable = new("host-unreachable", P | A, Permanence.Soft, Retry.Automatic);
    public static readonly Reason MailLoop = new("mail-loop", P | A, Permanence.Soft, Retry.No, "host-unreachable");
    public static readonly Reason TlsFailed = new("tls-failed", A | P, Permanence.Soft, Retry.AfterChange);
    public static readonly Reason TlsRequired = new("tls-required", A, Permanence.Soft, Retry.AfterChange, "tls-failed");
    public static readonly Reason DeliveryExpired = new("delivery-expired", Actors.Nobody, Permanence.Soft, Retry.Later);

    // Who sends (machine)
    public static readonly Reason ClientBlocked = new("client-blocked", A, Permanence.Soft, Retry.AfterChange);
    public static readonly Reason ReputationBad = new("reputation-bad", A, Permanence.Soft, Retry.Later);
    public static readonly Reason RdnsMissing = new("rdns-missing", A | I, Permanence.Soft, Retry.AfterChange);
    public static readonly Reason HeloRefused = new("helo-refused", A, Permanence.Soft, Retry.AfterChange, "client-blocked");
    public static readonly Reason RateLimited = new("rate-limited", A, Permanence.Soft, Retry.Automatic);
    public static readonly Reason QuotaExceeded = new("quota-exceeded", S | A, Permanence.Soft, Retry.Later, "rate-limited");
    public static readonly Reason Greylisted = new("greylisted", Actors.Nobody, Permanence.Soft, Retry.Automatic, "rate-limited");
    public static readonly Reason TooManyRecipients = new("too-many-recipients", S, Permanence.Soft, Retry.InParts, "rate-limited");
    public static readonly Reason TooManyErrors = new("too-many-errors", A, Permanence.Soft, Retry.Automatic, "rate-limited");

    // Who sends (address)
    public static readonly Reason SenderRefused = new("sender-refused", S | A, Permanence.Soft, Retry.No);
    public static readonly Reason SenderDomainNotFound = new(
        "sender-domain-not-found", A, Permanence.Soft, Retry.AfterChange, "sender-refused");
    public static readonly Reason SenderNotOwned = new("sender-not-owned", S, Permanence.Soft, Retry.AfterChange, "sender-refused");
    public static readonly Reason SenderSuspended = new("sender-suspended", S | A, Permanence.Soft, Retry.AfterChange, "sender-refused");
    public static readonly Reason ListPostingDenied = new("list-posting-denied", S | R, Permanence.Soft, Retry.No, "sender-refused");
    public static readonly Reason SenderAuthFailed = new("sender-auth-failed", A, Permanence.Soft, Retry.AfterChange);
    public static readonly Reason AuthRequired = new("auth-required", S | A, Permanence.Soft, Retry.AfterChange, "access-denied");
    public static readonly Reason AuthFailed = new("auth-failed", S, Permanence.Soft, Retry.AfterChange, "access-denied");
    public static readonly Reason AccessDenied = new("access-denied", A | P, Permanence.Soft, Retry.AfterChange);
    public static readonly Reason RelayDenied = new("relay-denied", S | A | P, Permanence.Soft, Retry.AfterChange);

    // The message
    public static readonly Reason SpamDetected = new("spam-detected", S | A, Permanence.Soft, Retry.AfterChange);
    public static readonly Reason VirusDetected = new("virus-detected", S, Permanence.Soft, Retry.No);
    public static readonly Reason ContentRefused = new("content-refused", S, Permanence.Soft, Retry.AfterChange);
    public static readonly Reason AttachmentRefused = new("attachment-refused", S, Permanence.Soft, Retry.AfterChange, "content-refused");
    public static readonly Reason MessageMalformed = new("message-malformed", S | A, Permanence.Soft, Retry.AfterChange);
    public static readonly Reason MessageTooBig = new("message-too-big", S, Permanence.Soft, Retry.InParts);
    public static readonly Reason PolicyRefused = new("policy-refused", A | P, Permanence.Soft, Retry.AfterChange);

    // The machine that answered
    public static readonly Reason ProtocolError = new("protocol-error", A | P, Permanence.Soft, Retry.AfterChange);
    public static readonly Reason SystemError = new("system-error", P, Permanence.Soft, Retry.Automatic);
    public static readonly Reason ConfigurationError = new("configuration-error", P, Permanence.Soft, Retry.AfterChange, "system-error");
    public static readonly Reason SystemFull = new("system-full", P, Permanence.Soft, Retry.Automatic);
    public static readonly Reason LocalDeliveryFailed = new("local-delivery-failed", P, Permanence.Soft, Retry.AfterChange);
    public static readonly Reason Suppressed = new("suppressed", A, Permanence.Soft, Retry.AfterChange);

    // No failure
    public static readonly Reason Accepted = new("accepted", Actors.Nobody, Permanence.None, Retry.No);
    public static readonly Reason Delivered = new("delivered", Actors.Nobody, Permanence.None, Retry.No);
    public static readonly Reason Complaint = new("complaint", S | A, Permanence.None, Retry.No);
    public static readonly Reason AutoReply = new("auto-reply", Actors.Nobody, Permanence.None, Retry.No);
    public static readonly Reason NotABounce = new("not-a-bounce", Actors.Nobody, Permanence.None, Retry.No);
    public static readonly Reason Unknown = new("unknown", S | A, Permanence.Soft, Retry.AfterChange);

    /// <summary>Every word, in the order above.</summary>
    public static IReadOnlyList<Reason> All { get; } =
    [
        MailboxUnknown, AddressInvalid, MailboxDisabled, MailboxFull, MailboxMoved, RecipientRefused,
        DomainNotFound, DomainRefusesMail, DnsFailure, HostUnreachable, MailLoop, TlsFailed, TlsRequired, DeliveryExpired,
        ClientBlocked, ReputationBad, RdnsMissing, HeloRefused, RateLimited, QuotaExceeded, Greylisted, TooManyRecipients, TooManyErrors,
        SenderRefused, SenderDomainNotFound, SenderNotOwned, SenderSuspended, ListPostingDenied, SenderAuthFailed, AuthRequired, AuthFailed,
        AccessDenied, RelayDenied,
        SpamDetected, VirusDetected, ContentRefused, AttachmentRefused, MessageMalformed, MessageTooBig, PolicyRefused,
        ProtocolError, SystemError, ConfigurationError, SystemFull, LocalDeliveryFailed, Suppressed,
        Accepted, Delivered, Complaint, AutoReply, NotABounce, Unknown,
    ];

    private static readonly Dictionary<string, Reason> ByWord = All.ToDictionary(reason => reason.Word, StringComparer.Ordinal);

    /// <summary>The reason of that word, or null if there is none.</summary>
    public static Reason? Find(string word) => ByWord.GetValueOrDefault(word);

    public override string ToString() => Word;
}
