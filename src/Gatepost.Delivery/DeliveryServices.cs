using Gatepost.Delivery.Destinations;
using Gatepost.Delivery.Outcomes;
using Gatepost.Delivery.Settings;
using Gatepost.Delivery.Tls;

namespace Gatepost.Delivery;

/// <summary>What changes together on a reload.</summary>
internal sealed record DeliveryServices(DeliveryOptions Options, MxLookup Hosts, TlsPolicies Tls, OutcomeBuilder Outcomes);
