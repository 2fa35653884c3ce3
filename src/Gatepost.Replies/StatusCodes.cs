namespace Gatepost.Replies;

/// <summary>One row of the registry of enhanced status codes, or a vendor's own beside it. The class is not part of it.</summary>
/// <param name="Id"><c>X.1.1</c>, or <c>X.7.606-699</c> for a vendor's family.</param>
/// <param name="Title">The registry's own words.</param>
/// <param name="Transient">The entry where the class is 2 or 4.</param>
/// <param name="Permanent">The entry where the class is 5; the same as <paramref name="Transient"/> unless the class changes the
/// meaning.</param>
public sealed record StatusCode(string Id, string Title, string Source, ReplyEntry Transient, ReplyEntry Permanent);

/// <summary>The IANA registry of enhanced status codes (RFC 5248), and below it what vendors use without registering.</summary>
public static class StatusCodes
{
    private static readonly Dictionary<(int Subject, int Detail), StatusCode> ByNumber = [];

    private static readonly List<(int Subject, int First, int Last, StatusCode Row)> Families = [];

    /// <summary>Every row: registered, then vendors' own, then vendors' families.</summary>
    public static IReadOnlyList<StatusCode> All { get; } =
    [
        Row(0, 0, "Other undefined status", "RFC 3463 §3.1", Reason.Unknown),
        Row(1, 0, "Other address status", "RFC 3463 §3.2", Reason.Unknown),
        Row(1, 1, "Bad destination mailbox address", "RFC 3463 §3.2", Reason.MailboxUnknown),
        Row(1, 2, "Bad destination system address", "RFC 3463 §3.2", Reason.DomainNotFound),
        Row(1, 3, "Bad destination mailbox address syntax", "RFC 3463 §3.2", Reason.AddressInvalid),
        Row(1, 4, "Destination mailbox address ambiguous", "RFC 3463 §3.2", Reason.AddressInvalid),
        Row(1, 5, "Destination address valid", "RFC 3463 §3.2", null),
        Row(1, 6, "Destination mailbox has moved, No forwarding address", "RFC 3463 §3.2", Reason.MailboxMoved),
        Row(1, 7, "Bad sender's mailbox address syntax", "RFC 3463 §3.2", Reason.SenderRefused),
        Row(1, 8, "Bad sender's system address", "RFC 3463 §3.2", Reason.SenderDomainNotFound),
        Row(1, 9, "Message relayed to non-compliant mailer", "RFC 3886", null),
        Row(1, 10, "Recipient address has null MX", "RFC 7505", Reason.DomainRefusesMail),
        Row(2, 0, "Other or undefined mailbox status", "RFC 3463 §3.3", Reason.Unknown),
        Row(2, 1, "Mailbox disabled, not accepting messages", "RFC 3463 §3.3", Reason.MailboxDisabled),
        Row(2, 2, "Mailbox full", "RFC 3463 §3.3", Reason.MailboxFull),
        Row(2, 3, "Message length exceeds administrative limit", "RFC 3463 §3.3", Reason.MessageTooBig),
        Row(2, 4, "Mailing list expansion problem", "RFC 3463 §3.3", Reason.ConfigurationError),
        Row(3, 0, "Other or undefined mail system status", "RFC 3463 §3.4", Reason.SystemError),
        Row(3, 1, "Mail system full", "RFC 3463 §3.4", Reason.SystemFull),
        Row(3, 2, "System not accepting network messages", "RFC 3463 §3.4; RFC 7504", Reason.SystemError,
            permanent: Reason.DomainRefusesMail),
        Row(3, 3, "System not capable of selected features", "RFC 3463 §3.4", Reason.ProtocolError),
        Row(3, 4, "Message too big for system", "RFC 3463 §3.4", Reason.MessageTooBig),
        Row(3, 5, "System incorrectly configured", "RFC 3463 §3.4", Reason.ConfigurationError),
        Row(3, 6, "Requested priority was changed", "RFC 6710", null),
        Row(4, 0, "Other or undefined network or routing status", "RFC 3463 §3.5", Reason.HostUnreachable),
        Row(4, 1, "No answer from host", "RFC 3463 §3.5", Reason.HostUnreachable),
        Row(4, 2, "Bad connection", "RFC 3463 §3.5", Reason.HostUnreachable),
        Row(4, 3, "Directory server failure", "RFC 3463 §3.5", Reason.DnsFailure),
        Row(4, 4, "Unable to route", "RFC 3463 §3.5", Reason.DomainNotFound),
        Row(4, 5, "Mail system congestion", "RFC 3463 §3.5", Reason.RateLimited),
        Row(4, 6, "Routing loop detected", "RFC 3463 §3.5", Reason.MailLoop),
        Row(4, 7, "Delivery time expired", "RFC 3463 §3.5", Reason.DeliveryExpired),
        Row(5, 0, "Other or undefined protocol status", "RFC 3463 §3.6", Reason.ProtocolError),
        Row(5, 1, "Invalid command", "RFC 3463 §3.6", Reason.ProtocolError),
        Row(5, 2, "Syntax error", "RFC 3463 §3.6", Reason.ProtocolError),
        Row(5, 3, "Too many recipients", "RFC 3463 §3.6", Reason.TooManyRecipients),
        Row(5, 4, "Invalid command arguments", "RFC 3463 §3.6", Reason.ProtocolError),
        Row(5, 5, "Wrong protocol version", "RFC 3463 §3.6", Reason.ProtocolError),
        Row(5, 6, "Authentication Exchange line is too long", "RFC 4954 §6", Reason.ProtocolError),
        Row(6, 0, "Other or undefined media error", "RFC 3463 §3.7", Reason.ContentRefused),
        Row(6, 1, "Media not supported", "RFC 3463 §3.7", Reason.ContentRefused),
        Row(6, 2, "Conversion required and prohibited", "RFC 3463 §3.7", Reason.ContentRefused),
        Row(6, 3, "Conversion required but not supported", "RFC 3463 §3.7", Reason.ContentRefused),
        Row(6, 4, "Conversion with loss performed", "RFC 3463 §3.7", null),
        Row(6, 5, "Conversion Failed", "RFC 3463 §3.7", Reason.ContentRefused),
        Row(6, 6, "Message content not available", "RFC 4468", Reason.ContentRefused),
        Row(6, 7, "Non-ASCII addresses not permitted for that sender/recipient", "RFC 6531 §3.5", Reason.ContentRefused),
        Row(6, 8, "UTF-8 string reply is required, but not permitted by the SMTP client", "RFC 6531 §3.5", Reason.ProtocolError),
        Row(6, 9, "UTF-8 header message cannot be transferred to one or more recipients", "RFC 6531 §3.5", Reason.ContentRefused),
        Row(6, 10, "(deprecated twin of X.6.8)", "RFC 6531", Reason.ProtocolError),
        Row(7, 0, "Other or undefined security status", "RFC 3463 §3.8", Reason.PolicyRefused),
        Row(7, 1, "Delivery not authorized, message refused", "RFC 3463 §3.8", Reason.PolicyRefused),
        Row(7, 2, "Mailing list expansion prohibited", "RFC 3463 §3.8", Reason.ListPostingDenied),
        Row(7, 3, "Security conversion required but not possible", "RFC 3463 §3.8", Reason.PolicyRefused),
        Row(7, 4, "Security features not supported", "RFC 3463 §3.8; RFC 4954 §6", Reason.ProtocolError),
        Row(7, 5, "Cryptographic failure", "RFC 3463 §3.8", Reason.TlsFailed),
        Row(7, 6, "Cryptographic algorithm not supported", "RFC 3463 §3.8", Reason.PolicyRefused),
        Row(7, 7, "Message integrity failure", "RFC 3463 §3.8", Reason.SenderAuthFailed),
        Row(7, 8, "Authentication credentials invalid", "RFC 4954 §6", Reason.AuthFailed),
        Row(7, 9, "Authentication mechanism is too weak", "RFC 4954 §6", Reason.AuthFailed),
        Row(7, 10, "Encryption Needed", "RFC 5248", Reason.TlsRequired),
        Row(7, 11, "Encryption required for requested authentication mechanism", "RFC 4954 §6", Reason.TlsRequired),
        Row(7, 12, "A password transition is needed", "RFC 4954 §6", Reason.AuthFailed),
        Row(7, 13, "User Account Disabled", "RFC 5248", Reason.SenderSuspended),
        Row(7, 14, "Trust relationship required", "RFC 5248", Reason.ConfigurationError),
        Row(7, 15, "Priority Level is too low", "RFC 6710", Reason.RateLimited),
        Row(7, 16, "Message is too big for the specified priority", "RFC 6710", Reason.MessageTooBig),
        Row(7, 17, "Mailbox owner has changed", "RFC 7293", Reason.RecipientRefused),
        Row(7, 18, "Domain owner has changed", "RFC 7293", Reason.RecipientRefused),
        Row(7, 19, "RRVS test cannot be completed", "RFC 7293", Reason.PolicyRefused),
        Row(7, 20, "No passing DKIM signature found", "RFC 7372", Reason.SenderAuthFailed),
        Row(7, 21, "No acceptable DKIM signature found", "RFC 7372", Reason.SenderAuthFailed),
        Row(7, 22, "No valid author-matched DKIM signature found", "RFC 7372", Reason.SenderAuthFailed),
        Row(7, 23, "SPF validation failed", "RFC 7372", Reason.SenderAuthFailed),
        Row(7, 24, "SPF validation error", "RFC 7372", Reason.SenderAuthFailed),
        Row(7, 25, "Reverse DNS validation failed", "RFC 7372", Reason.RdnsMissing),
        Row(7, 26, "Multiple authentication checks failed", "RFC 7372", Reason.SenderAuthFailed),
        Row(7, 27, "Sender address has null MX", "RFC 7505", Reason.SenderDomainNotFound),
        Row(7, 28, "Mail flood detected", "IANA registry", Reason.RateLimited),
        Row(7, 29, "ARC validation failure", "RFC 8617", Reason.SenderAuthFailed),
        Row(7, 30, "REQUIRETLS support required", "RFC 8689", Reason.TlsFailed),

        // Not registered, but used by vendors.
        Row(1, 90, "Daily recipient limit reached", "Microsoft, Exchange Online", Reason.QuotaExceeded),
        Row(2, 14, "Misconfigured forwarding address", "Microsoft, Exchange", Reason.ConfigurationError),
        Row(2, 121, "Hourly limit of one sender to one recipient", "Microsoft, Exchange Online", Reason.RateLimited),
        Row(2, 122, "Hourly limit of the recipient", "Microsoft, Exchange Online", Reason.RateLimited),
        Row(4, 9, "DNS or routing group problem", "Microsoft, Exchange 2000-2003", Reason.DnsFailure),
        Row(4, 14, "Routing loop", "Microsoft, Exchange Online", Reason.MailLoop),
        Row(4, 300, "Message expired", "Microsoft, Exchange Online", Reason.DeliveryExpired),
        Row(4, 310, "Domain does not exist in DNS", "Microsoft, Exchange Online", Reason.DomainNotFound),
        Row(4, 312, "DNS query failed", "Microsoft, Exchange Online", Reason.DnsFailure),
        Row(4, 316, "Connection refused", "Microsoft, Exchange Online", Reason.HostUnreachable),
        Row(4, 317, "STARTTLS required and not offered", "Microsoft, Exchange Online", Reason.TlsFailed),
        Row(4, 318, "Connection reset or closed", "Microsoft, Exchange Online", Reason.HostUnreachable),
        Row(7, 32, "From not aligned", "Gmail", Reason.SenderAuthFailed),
        Row(7, 40, "No DMARC record", "Gmail", Reason.SenderAuthFailed),
        Row(7, 57, "Client was not authenticated", "Microsoft, Exchange Online", Reason.AuthRequired),
        Row(7, 64, "Tenant attribution failed", "Microsoft, Exchange Online", Reason.RelayDenied),
        Row(7, 124, "Sender not in the list of allowed senders", "Microsoft, Exchange Online", Reason.ListPostingDenied),
        Row(7, 133, "Sender not authenticated for the group", "Microsoft, Exchange Online", Reason.ListPostingDenied),
        Row(7, 321, "STARTTLS not supported", "Microsoft, Exchange Online", Reason.TlsFailed),
        Row(7, 322, "Certificate expired", "Microsoft, Exchange Online", Reason.TlsFailed),
        Row(7, 323, "TLSA record invalid", "Microsoft, Exchange Online", Reason.TlsFailed),
        Row(7, 324, "DNSSEC invalid", "Microsoft, Exchange Online", Reason.TlsFailed),
        Row(7, 325, "Certificate does not name the host", "Microsoft, Exchange Online", Reason.TlsFailed),
        Row(7, 506, "Bad HELO", "Microsoft, Exchange Online", Reason.HeloRefused),
        Row(7, 509, "DMARC failed", "Microsoft, Exchange Online", Reason.SenderAuthFailed),
        Row(7, 515, "Required authentication level not met", "Microsoft, Outlook.com", Reason.SenderAuthFailed),
        Row(7, 750, "Sending domain not registered", "Microsoft, Exchange Online", Reason.SenderRefused),

        Range(4, 300, 399, "Connection to the next host failed", "Microsoft, Exchange Online", Reason.HostUnreachable),
        Range(7, 500, 549, "Policy of Exchange Online", "Microsoft, Exchange Online", Reason.ClientBlocked, transient: Reason.RateLimited),
        Range(7, 550, 605, "Policy of Exchange Online", "Microsoft, Exchange Online", Reason.PolicyRefused, transient: Reason.RateLimited),
        Range(7, 606, 699, "Banned sending address", "Microsoft, Exchange Online", Reason.ClientBlocked, transient: Reason.RateLimited),
        Range(7, 700, 749, "Sending organisation over its threshold", "Microsoft, Exchange Online", Reason.SenderSuspended),
        Range(7, 751, 999, "Policy of Exchange Online", "Microsoft, Exchange Online", Reason.PolicyRefused, transient: Reason.RateLimited),
    ];

    /// <summary>What the subject alone says (RFC 3463 §2), for a detail that is not registered.</summary>
    public static IReadOnlyList<StatusCode> Subjects { get; } =
    [
        Subject(0, "Other or Undefined Status", Reason.Unknown),
        Subject(1, "Addressing Status", Reason.Unknown),
        Subject(2, "Mailbox Status", Reason.Unknown),
        Subject(3, "Mail System Status", Reason.SystemError),
        Subject(4, "Network and Routing Status", Reason.HostUnreachable),
        Subject(5, "Mail Delivery Protocol Status", Reason.ProtocolError),
        Subject(6, "Message Content or Media Status", Reason.ContentRefused),
        Subject(7, "Security or Policy Status", Reason.PolicyRefused),
    ];

    /// <summary>
    /// The row of a status; that of a vendor's family or of the subject where its detail is unknown; null beyond subject 7.
    /// </summary>
    public static StatusCode? FindRow(EnhancedStatus status)
    {
        if (ByNumber.TryGetValue((status.Subject, status.Detail), out var row))
            return row;
        foreach (var family in Families)
        {
            if (family.Subject == status.Subject && status.Detail >= family.First && status.Detail <= family.Last)
                return family.Row;
        }

        return status.Subject < Subjects.Count ? Subjects[status.Subject] : null;
    }

    /// <summary>The entry of a status, by its class; null if not even the subject is known.</summary>
    public static ReplyEntry? Find(EnhancedStatus status) =>
        FindRow(status) is { } row ? status.Class == 5 ? row.Permanent : row.Transient : null;

    /// <summary>True if the very detail is known, be it registered or a vendor's.</summary>
    public static bool IsKnown(EnhancedStatus status) => ByNumber.ContainsKey((status.Subject, status.Detail));

    private static StatusCode Row(int subject, int detail, string title, string source, Reason? reason, Reason? permanent = null)
    {
        string id = $"X.{subject}.{detail}";
        var row = Make(id, title, source, reason, permanent);
        ByNumber.Add((subject, detail), row);
        return row;
    }

    private static StatusCode Range(int subject, int first, int last, string title, string source, Reason reason, Reason? transient = null)
    {
        var row = Make($"X.{subject}.{first}-{last}", title, source, transient ?? reason, reason);
        Families.Add((subject, first, last, row));
        return row;
    }

    private static StatusCode Subject(int subject, string title, Reason reason) =>
        Make($"X.{subject}.YYY", title, "RFC 3463 §2", reason, null);

    private static StatusCode Make(string id, string title, string source, Reason? reason, Reason? permanent)
    {
        var transient = Entry(id, source, reason);
        return new StatusCode(
            id, title, source, transient, permanent is null || permanent == reason ? transient : Entry(id, source, permanent));
    }

    /// <summary>Details that are given for several causes; the likeliest others first.</summary>
    private static Reason[] AlsoOf(string id) => id switch
    {
        "X.7.1" => [Reason.AuthRequired, Reason.SenderRefused, Reason.SpamDetected],
        "X.7.0" => [Reason.ClientBlocked, Reason.SpamDetected, Reason.SenderAuthFailed],
        "X.0.0" => [Reason.MailboxUnknown, Reason.ClientBlocked, Reason.SpamDetected],
        "X.4.0" => [Reason.DnsFailure, Reason.ClientBlocked],
        "X.3.0" => [Reason.Greylisted, Reason.RateLimited, Reason.LocalDeliveryFailed],
        "X.1.8" => [Reason.SenderRefused],
        "X.2.1" => [Reason.RateLimited, Reason.MailboxUnknown],
        "X.1.0" => [Reason.MailboxUnknown, Reason.SenderRefused],
        "X.3.2" => [Reason.ClientBlocked, Reason.Greylisted, Reason.RateLimited],
        "X.4.1" => [Reason.MailboxUnknown],
        "X.2.0" => [Reason.MailboxFull, Reason.MailboxDisabled, Reason.RateLimited],
        _ => [],
    };

    private static ReplyEntry Entry(string id, string source, Reason? reason) => new()
    {
        Id = id,
        Kind = EntryKind.Status,
        Also = AlsoOf(id),
        Classic = new(0, null, ""),
        Reason = reason,
        Source = source,
    };
}
