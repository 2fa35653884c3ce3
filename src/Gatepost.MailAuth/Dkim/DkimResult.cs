using Gatepost.Replies;

namespace Gatepost.MailAuth.Dkim;

/// <summary>What became of one DKIM signature.</summary>
/// <remarks>What could not be read of the signature is null.</remarks>
public sealed record DkimResult
{
    public required AuthResult Result { get; init; }

    /// <summary>The signing domain, d=.</summary>
    public string? Domain { get; init; }

    /// <summary>s=.</summary>
    public string? Selector { get; init; }

    /// <summary>a= as it was written.</summary>
    public string? Algorithm { get; init; }

    /// <summary>i=, or <c>@</c> and the domain.</summary>
    public string? Identity { get; init; }

    /// <summary>Bits of the key; null when none was found.</summary>
    public int? KeyBits { get; init; }

    /// <summary>The first octets of b=, to distinguish signatures (header.b, RFC 6008); as base64 without white space.</summary>
    public string? Signature { get; init; }

    /// <summary>Whether the key's record says that its domain is only testing (t=y).</summary>
    public bool IsTesting { get; init; }

    /// <summary>Why, in order; never empty.</summary>
    public required IReadOnlyList<Finding> Steps { get; init; }
}
