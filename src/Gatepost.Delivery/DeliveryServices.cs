using Gatepost.Delivery.Destinations;
using Gatepost.Delivery.Outcomes;
using Gatepost.Delivery.Settings;

namespace Gatepost.Delivery;

/// <summary>What changes together on a reload.</summary>
internal sealed record DeliveryServices(DeliveryOptions Options, MxLookup Hosts, OutcomeBuilder Outcomes);
