namespace Gatepost.Smtp;

/// <summary>What the body may hold (RFC 6152, RFC 3030).</summary>
public enum BodyType
{
    SevenBit,
    EightBitMime,
    BinaryMime,
}

/// <summary>What a bounce returns of the message (RFC 3461 §4.3).</summary>
public enum DsnReturn
{
    Unspecified,
    Headers,
    Full,
}

/// <summary>When the sender of a recipient wants to be told (RFC 3461 §4.1). <see cref="Unspecified"/> means failure and delay.</summary>
[Flags]
public enum DsnNotify
{
    Unspecified = 0,
    Never = 1,
    Success = 2,
    Failure = 4,
    Delay = 8,
}

/// <summary>How a destination is reached.</summary>
public enum DestinationKind
{
    /// <summary>By the MX or address records of a domain; the name is the domain in lower case, or an address literal.</summary>
    Mx,

    /// <summary>One host and port by SMTP: <c>host:port</c>, <c>[ipv6]:port</c>.</summary>
    SmtpHost,

    /// <summary>By LMTP: <c>host:port</c> or <c>unix:/path</c>.</summary>
    Lmtp,

    /// <summary>Into a Maildir; the name is its folder.</summary>
    Maildir,
}

/// <summary>Where a copy goes. Recipients of one message with equal destinations share a transaction.</summary>
/// <param name="Kind">How it is reached.</param>
/// <param name="Name">What it is called; see the kinds.</param>
public sealed record Destination(DestinationKind Kind, string Name)
{
    /// <summary><c>mx:example.org</c>, <c>smtp:host:25</c>, <c>lmtp:unix:/run/x</c>, <c>maildir:/path</c>: the form kept in the queue and shown.</summary>
    public override string ToString() => Kind switch
    {
        DestinationKind.Mx => "mx:" + Name,
        DestinationKind.SmtpHost => "smtp:" + Name,
        DestinationKind.Lmtp => "lmtp:" + Name,
        _ => "maildir:" + Name,
    };

    /// <summary>Reads the form <see cref="ToString"/> writes.</summary>
    public static bool TryParse(string text, out Destination? destination)
    {
        int colon = text.IndexOf(':');
        DestinationKind? kind = (colon < 0 ? "" : text[..colon]) switch
        {
            "mx" => DestinationKind.Mx,
            "smtp" => DestinationKind.SmtpHost,
            "lmtp" => DestinationKind.Lmtp,
            "maildir" => DestinationKind.Maildir,
            _ => null,
        };
        destination = kind is { } known && colon + 1 < text.Length ? new Destination(known, text[(colon + 1)..]) : null;
        return destination is not null;
    }
}

/// <summary>One final address of a recipient and the way to it. A recipient that is an alias has several.</summary>
public sealed record Route(Mailbox Address, Destination Destination);

/// <summary>One accepted RCPT.</summary>
public sealed class EnvelopeRecipient(Mailbox address)
{
    /// <summary>As the client said it.</summary>
    public Mailbox Address { get; } = address;

    public DsnNotify Notify { get; init; }

    /// <summary>ORCPT, decoded neither by us nor by who passes it on: <c>rfc822;user+40host</c> (RFC 3461 §4.2).</summary>
    public string? OriginalRecipient { get; init; }

    /// <summary>The address the reply names as the one the message is forwarded to; null where that is not to be told.</summary>
    public Mailbox? ForwardShown { get; set; }

    /// <summary>Where it goes, written by the gatekeeper when it accepts; complete in itself, so an account deleted later strands nothing.</summary>
    public IReadOnlyList<Route> Routes { get; set; } = [];
}

/// <summary>One mail transaction: who sends, to whom, under which parameters.</summary>
public sealed class Envelope
{
    /// <summary>Null is the null sender <c>&lt;&gt;</c>.</summary>
    public required Mailbox? Sender { get; init; }

    public BodyType Body { get; init; }

    public bool SmtpUtf8 { get; init; }

    public DsnReturn Return { get; init; }

    /// <summary>ENVID in xtext as it came (RFC 3461 §4.4); null where none.</summary>
    public string? EnvelopeId { get; init; }

    /// <summary>SIZE as declared in octets; null where none.</summary>
    public long? DeclaredSize { get; init; }

    public List<EnvelopeRecipient> Recipients { get; } = [];
}
