namespace Gatepost.Delivery.Settings;

/// <summary>What becomes of 8-bit mail at a host that does not offer 8BITMIME (RFC 6152 §3).</summary>
public enum EightBitMail
{
    /// <summary>Each part is re-encoded where the message has no signature that this would break; signed mail is sent as it is.</summary>
    Convert,

    /// <summary>Sent as it is: nearly every server takes it.</summary>
    Send,

    /// <summary>Returned to its author.</summary>
    Refuse,
}
