using Gatepost.MailAuth.Dkim;
using Gatepost.MailAuth.Spf;

namespace Gatepost.MailAuth.Dmarc;

/// <summary>What DMARC judges: does anything that passed belong to the author that readers see?</summary>
public sealed record DmarcQuestion
{
    /// <summary>The From fields of the message, in the octets that came (<see cref="AuthorDomains"/>).</summary>
    public required AuthorDomains Author { get; init; }

    /// <summary>Null if the envelope is not known.</summary>
    public SpfResult? Spf { get; init; }

    public IReadOnlyList<DkimResult> Dkim { get; init; } = [];
}
