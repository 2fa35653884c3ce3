using System.Net;
using Gatepost.Replies;
using Gatepost.Smtp.Client;

namespace Gatepost.Delivery.Destinations;

/// <summary>One place to try, or why there is none.</summary>
internal readonly record struct HostFound(PeerTarget? Target, Reply? Trouble, string? Host = null, IPAddress? Address = null);
