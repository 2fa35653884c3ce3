namespace Gatepost.Smtp.Client;

/// <summary>Which language the other side speaks.</summary>
public enum PeerProtocol
{
    Smtp,

    /// <summary>RFC 2033: LHLO, and one reply a recipient after the data.</summary>
    Lmtp,
}
