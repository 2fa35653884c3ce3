using System.Text.Json.Serialization;

namespace Gatepost.Acme;

/// <summary>What a restart must not forget of a certificate that we order.</summary>
internal sealed record CertificateState
{
    /// <summary>Of the authority that issued it; another one in the configuration means a new order.</summary>
    public string? Directory { get; init; }

    /// <summary>When it is renewed; null before the first order succeeded.</summary>
    public DateTimeOffset? RenewAt { get; init; }

    /// <summary>Orders that failed since the last one that did not.</summary>
    public int Failures { get; init; }

    /// <summary>Before that time nothing is ordered; null for no such time.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>Why the last order failed, as a record; null if it did not.</summary>
    public string? Failure { get; init; }

    /// <summary>When the TLSA record of the certificate that waits was first seen; null if it was not.</summary>
    public DateTimeOffset? RecordSeen { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    WriteIndented = true)]
[JsonSerializable(typeof(CertificateState))]
internal sealed partial class CertificateStateJson : JsonSerializerContext;
