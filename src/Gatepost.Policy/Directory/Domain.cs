using Gatepost.Smtp;

namespace Gatepost.Policy.Directory;

/// <summary>What a domain is to us.</summary>
public enum DomainKind
{
    /// <summary>Its mailboxes and aliases are here; an address that is not in the directory does not exist.</summary>
    Hosted,

    /// <summary>We take its mail for another server.</summary>
    Relay,

    /// <summary>Every address of it leads to the same local part at <see cref="Domain.AliasOf"/>.</summary>
    Alias,
}

/// <summary>A domain we take mail for.</summary>
public sealed record Domain
{
    /// <summary>In A-labels, without final dot.</summary>
    public required string Name { get; init; }

    public DomainKind Kind { get; init; }

    /// <summary>For <see cref="DomainKind.Alias"/>: the domain it leads to.</summary>
    public string? AliasOf { get; init; }

    /// <summary>For <see cref="DomainKind.Relay"/>: where its mail goes; null asks the transport table and then its MX.</summary>
    public Destination? RelayTo { get; init; }

    /// <summary>Takes every address of a hosted domain that does not exist; null if unknown addresses are refused.</summary>
    public Mailbox? CatchAll { get; init; }

    /// <summary>Where <c>postmaster</c> goes when no mailbox or alias has that name (RFC 5321 §4.5.1).</summary>
    public required Destination Postmaster { get; init; }

    /// <summary>Divides name and detail in <c>ann+lists@</c> (RFC 5233); null if there is no such thing.</summary>
    public char? Delimiter { get; init; } = '+';

    /// <summary>What no account of the domain may do until that is lifted.</summary>
    public IReadOnlyList<Suspension> Suspensions { get; init; } = [];

    /// <summary>
    /// How its mailboxes are delivered, with <c>{domain}</c> and <c>{mailbox}</c> still in it; null if a transport or DNS decides.
    /// </summary>
    public string? Deliver { get; init; }

    /// <summary>Recipients its users together may write to in 60 minutes; null is without limit.</summary>
    public int? RecipientsPerHour { get; init; }

    /// <summary>Where mail for one of its mailboxes is put; null if nothing says so.</summary>
    public Destination? DestinationOf(string mailbox) =>
        Deliver is not null && Destination.TryParse(Deliver.Replace("{domain}", Name, StringComparison.Ordinal)
            .Replace("{mailbox}", mailbox, StringComparison.Ordinal), out var destination)
            ? destination
            : null;
}
