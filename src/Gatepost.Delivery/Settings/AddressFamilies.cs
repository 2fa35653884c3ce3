namespace Gatepost.Delivery.Settings;

/// <summary>Over which of the two internets mail is sent.</summary>
public enum AddressFamilies
{
    Both,
    Ipv4,
    Ipv6,
}
