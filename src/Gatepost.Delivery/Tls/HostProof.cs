namespace Gatepost.Delivery.Tls;

/// <summary>How a host was found in DNS.</summary>
/// <param name="IsMxAuthentic">Whether DNSSEC vouches for the MX records, or for their absence; true for a host of the
/// configuration.</param>
/// <param name="IsAddressAuthentic">Whether it vouches for the addresses, and for the aliases on the way to them.</param>
/// <param name="Canonical">The name at the end of the aliases; null if there was none.</param>
internal readonly record struct HostProof(bool IsMxAuthentic, bool IsAddressAuthentic, string? Canonical);
