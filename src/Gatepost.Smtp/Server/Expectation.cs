namespace Gatepost.Smtp.Server;

/// <summary>What must come next from the client.</summary>
public enum Expectation
{
    /// <summary>A command line.</summary>
    Command,

    /// <summary>The message, up to CRLF.CRLF.</summary>
    Data,

    /// <summary><see cref="SmtpSession.ChunkOctets"/> octets; only after them a reply is given.</summary>
    Chunk,

    /// <summary>An answer to a SASL challenge.</summary>
    SaslResponse,

    /// <summary>A TLS handshake.</summary>
    Handshake,

    /// <summary>Nothing: the connection ends.</summary>
    Nothing,
}
