using System.Diagnostics.CodeAnalysis;

namespace Gatepost.Smtp;

/// <summary>Where a copy goes. Recipients of one message with equal destinations share a transaction.</summary>
/// <param name="Kind">How it is reached.</param>
/// <param name="Name">What it is called; see the kinds.</param>
public sealed record Destination(DestinationKind Kind, string Name)
{
    /// <summary>
    /// <c>mx:example.org</c>, <c>smtp:host:25</c>, <c>lmtp:unix:/run/x</c>, <c>maildir:/path</c>: the form kept in the queue and shown.
    /// </summary>
    public override string ToString() => Kind switch
    {
        DestinationKind.Mx => "mx:" + Name,
        DestinationKind.SmtpHost => "smtp:" + Name,
        DestinationKind.Lmtp => "lmtp:" + Name,
        _ => "maildir:" + Name,
    };

    /// <summary>Reads the form <see cref="ToString"/> writes.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out Destination? destination)
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
