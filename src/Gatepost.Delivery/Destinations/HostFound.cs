using System.Net;
using Gatepost.Delivery.Tls;
using Gatepost.Replies;
using Gatepost.Smtp.Client;

namespace Gatepost.Delivery.Destinations;

/// <summary>One place to try, or why there is none.</summary>
internal readonly record struct HostFound(PeerTarget? Target, Reply? Trouble, string? Host = null, IPAddress? Address = null)
{
    /// <summary>What DNSSEC says about the way to it.</summary>
    public HostProof Proof { get; init; }
}
