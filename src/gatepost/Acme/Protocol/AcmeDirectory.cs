namespace Gatepost.Acme.Protocol;

/// <summary>Where an authority takes which request (RFC 8555 §7.1.1).</summary>
internal sealed record AcmeDirectory
{
    public string? NewNonce { get; init; }

    public string? NewAccount { get; init; }

    public string? NewOrder { get; init; }

    /// <summary>Where it says when a certificate should be renewed (RFC 9773); null if it does not.</summary>
    public string? RenewalInfo { get; init; }

    public AcmeMeta? Meta { get; init; }
}

/// <summary>What else the directory says.</summary>
internal sealed record AcmeMeta
{
    /// <summary>The page with the terms one agrees to by opening an account.</summary>
    public string? TermsOfService { get; init; }
}

/// <summary>When a certificate should be renewed (RFC 9773 §4.2).</summary>
internal sealed record RenewalInfo
{
    public RenewalWindow? SuggestedWindow { get; init; }
}

internal sealed record RenewalWindow(DateTimeOffset Start, DateTimeOffset End);
