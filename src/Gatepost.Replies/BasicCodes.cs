namespace Gatepost.Replies;

/// <summary>The basic reply codes: those of the standards, and the pseudo codes that mail programs print in their place.</summary>
/// <remarks>What a code means by itself is little: the text and the enhanced status outrank it.</remarks>
public static class BasicCodes
{
    private static readonly ReplyEntry?[] ByCode = new ReplyEntry?[1000];

    /// <summary>Every code we know, lowest first.</summary>
    public static IReadOnlyList<ReplyEntry> All { get; } =
    [
        // Numbers of the operating system's errors, printed by clients in the place of a reply: no server spoke.
        Row(101, Reason.HostUnreachable, "Linux errno ENETUNREACH"),
        Row(104, Reason.HostUnreachable, "Linux errno ECONNRESET"),
        Row(110, Reason.HostUnreachable, "Linux errno ETIMEDOUT"),
        Row(111, Reason.HostUnreachable, "Linux errno ECONNREFUSED"),
        Row(113, Reason.HostUnreachable, "Linux errno EHOSTUNREACH"),
        Row(211, null, "RFC 5321 §4.2.3"),
        Row(214, null, "RFC 5321 §4.2.3"),
        Row(220, null, "RFC 5321 §4.2.3"),
        Row(221, null, "RFC 5321 §4.2.3"),
        Row(235, null, "RFC 4954 §6"),
        Row(250, null, "RFC 5321 §4.2.3"),
        Row(251, null, "RFC 5321 §3.4"),
        Row(252, null, "RFC 5321 §3.5.3"),
        Row(253, null, "RFC 1985 §5.3"),
        Row(334, null, "RFC 4954 §4"),
        Row(354, null, "RFC 5321 §4.2.3"),
        Row(420, Reason.HostUnreachable, "4.2.0 or 4.4.2 without its dots; no RFC"),
        Row(421, Reason.SystemError, "RFC 5321 §4.2.3", also: [Reason.RateLimited, Reason.ClientBlocked, Reason.Greylisted]),
        Row(422, Reason.MailboxFull, "4.2.2 without its dots; RFC 5248 has it for 4.7.12"),
        Row(430, Reason.ProtocolError, "RFC 5248 (X.5.1)"),
        Row(431, Reason.SystemFull, "4.3.1 without its dots; no RFC"),
        Row(432, Reason.SystemError, "4.3.2 without its dots (Exchange); RFC 4954 §6 has it for 4.7.12"),
        Row(441, Reason.HostUnreachable, "4.4.1 without its dots; no RFC"),
        Row(442, Reason.HostUnreachable, "4.4.2 without its dots; no RFC"),
        Row(446, Reason.MailLoop, "4.4.6 without its dots; no RFC"),
        Row(447, Reason.DeliveryExpired, "4.4.7 without its dots; no RFC"),
        Row(449, Reason.DnsFailure, "4.4.9 without its dots (Exchange 2000-2003); no RFC"),
        Row(450, Reason.Unknown, "RFC 5321 §4.2.3", also: [
            Reason.Greylisted, Reason.MailboxFull, Reason.ClientBlocked, Reason.RateLimited]),
        Row(451, Reason.SystemError, "RFC 5321 §4.2.3", also: [Reason.Greylisted, Reason.DnsFailure, Reason.RateLimited]),
        Row(452, Reason.SystemFull, "RFC 5321 §4.2.3", also: [Reason.TooManyRecipients, Reason.MailboxFull]),
        Row(453, Reason.SystemError, "RFC 2645 §4; RFC 5248 (X.3.2)"),
        Row(454, Reason.SystemError, "RFC 3207 §4; RFC 4954 §6"),
        Row(455, Reason.ProtocolError, "RFC 5321 §4.2.3"),
        Row(458, Reason.SystemError, "RFC 1985 §5.3"),
        Row(459, Reason.ProtocolError, "RFC 1985 §5.3"),
        Row(471, Reason.PolicyRefused, "4.7.1 without its dots; no RFC", Actors.SenderAdmin, also: [Reason.SpamDetected]),
        Row(500, Reason.ProtocolError, "RFC 5321 §4.2.3"),
        Row(501, Reason.ProtocolError, "RFC 5321 §4.2.3"),
        Row(502, Reason.ProtocolError, "RFC 5321 §4.2.3"),
        Row(503, Reason.ProtocolError, "RFC 5321 §4.2.3", also: [Reason.AuthRequired]),
        Row(504, Reason.ProtocolError, "RFC 5321 §4.2.3", also: [Reason.HeloRefused, Reason.AuthFailed]),
        Row(510, Reason.AddressInvalid, "5.1.0 without its dots; no RFC"),
        Row(511, Reason.MailboxUnknown, "5.1.1 without its dots; no RFC"),
        Row(512, Reason.DomainNotFound, "5.1.2 without its dots; no RFC"),
        Row(513, Reason.AddressInvalid, "5.1.3 without its dots; no RFC", also: [Reason.AuthRequired]),
        Row(521, Reason.DomainRefusesMail, "RFC 7504"),
        Row(523, Reason.MessageTooBig, "5.2.3 without its dots; RFC 5248 has it for 5.7.10"),
        Row(524, Reason.TlsRequired, "RFC 5248 (X.7.11)"),
        Row(525, Reason.SenderSuspended, "RFC 5248 (X.7.13)"),
        Row(530, Reason.AuthRequired, "RFC 4954 §6", also: [Reason.TlsRequired, Reason.ClientBlocked, Reason.AddressInvalid]),
        Row(533, Reason.PolicyRefused, "RFC 5248 (X.7.1)"),
        Row(534, Reason.AuthFailed, "RFC 4954 §6"),
        Row(535, Reason.AuthFailed, "RFC 4954 §6"),
        Row(538, Reason.TlsRequired, "RFC 4954 §6"),
        Row(541, Reason.RecipientRefused, "5.4.1 without its dots; no RFC", also: [Reason.SpamDetected]),
        Row(550, Reason.Unknown, "RFC 5321 §4.2.3", also: [Reason.MailboxUnknown, Reason.ClientBlocked, Reason.SpamDetected]),
        Row(551, Reason.MailboxMoved, "RFC 5321 §3.4", also: [Reason.RelayDenied]),
        Row(552, Reason.MailboxFull, "RFC 5321 §4.2.3", also: [Reason.MessageTooBig]),
        Row(553, Reason.AddressInvalid, "RFC 5321 §4.2.3", also: [Reason.SenderRefused, Reason.SenderNotOwned]),
        Row(554, Reason.Unknown, "RFC 5321 §4.2.3", also: [Reason.SpamDetected, Reason.ClientBlocked, Reason.RelayDenied]),
        Row(555, Reason.ProtocolError, "RFC 5321 §4.2.3"),
        Row(556, Reason.DomainRefusesMail, "RFC 7504"),
    ];

    /// <summary>What is left to say of a code that is not registered: its first digit (RFC 5321 §4.3.2).</summary>
    public static IReadOnlyList<ReplyEntry> Classes { get; } =
    [
        Family("1xx", Reason.HostUnreachable),
        Family("2xx", null),
        Family("3xx", null),
        Family("4xx", Reason.Unknown),
        Family("5xx", Reason.Unknown),
    ];

    /// <summary>True for a code with a meaning of its own; others may be an enhanced status that lost its dots.</summary>
    public static bool IsKnown(int code) => code is >= 0 and < 1000 && ByCode[code] is not null;

    /// <summary>True for a code that some RFC gives a meaning; false for pseudo codes of clients and for anybody's inventions.</summary>
    public static bool IsRegistered(int code) => IsKnown(code) && ByCode[code]!.Source!.StartsWith("RFC", StringComparison.Ordinal);

    /// <summary>The entry of a code; that of its first digit if the code is not registered, null beyond 100 to 599.</summary>
    public static ReplyEntry? Find(int code) => code is < 100 or > 599 ? null : ByCode[code] ?? Classes[(code / 100) - 1];

    private static ReplyEntry Row(int code, Reason? reason, string source, Actors? actors = null, Reason[]? also = null)
    {
        var entry = new ReplyEntry
        {
            Id = code.ToString(System.Globalization.CultureInfo.InvariantCulture),
            Kind = EntryKind.Basic,
            Classic = new(code, null, ""),
            Reason = reason,
            ActorsOverride = actors,
            Also = also ?? [],
            Source = source,
        };
        ByCode[code] = entry;
        return entry;
    }

    private static ReplyEntry Family(string id, Reason? reason) => new()
    {
        Id = id,
        Kind = EntryKind.Basic,
        Classic = new(0, null, ""),
        Reason = reason,
        Source = "RFC 5321 §4.2.1",
    };
}
