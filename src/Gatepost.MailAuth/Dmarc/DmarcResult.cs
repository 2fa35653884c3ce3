using Gatepost.Replies;

namespace Gatepost.MailAuth.Dmarc;

/// <summary>What DMARC says of a message, and every step on the way to it.</summary>
public sealed record DmarcResult
{
    /// <summary>none, pass, fail, temperror or permerror.</summary>
    public required AuthResult Result { get; init; }

    /// <summary>The domain in From; null if there is none.</summary>
    public string? Author { get; init; }

    /// <summary>The record that applies; null if there is none.</summary>
    public DmarcRecord? Record { get; init; }

    /// <summary>What its domain asks for if the message fails, t= and subdomains regarded.</summary>
    public DmarcPolicy Policy { get; init; }

    /// <summary>What passed for the author: <c>spf</c> or <c>dkim</c>; null if nothing did.</summary>
    public string? AlignedBy { get; init; }

    /// <summary>Whether an envelope that passed SPF belongs to the author.</summary>
    public bool SpfAligned { get; init; }

    /// <summary>Whether a signature that passed belongs to the author.</summary>
    public bool DkimAligned { get; init; }

    /// <summary>In the order in which it happened.</summary>
    public required IReadOnlyList<Finding> Steps { get; init; }
}
