namespace Gatepost.Smtp.Wire;

/// <summary>What a client speaks, by the first octets of its connection.</summary>
internal enum SpokenAtFirst
{
    /// <summary>Commands, or nothing that can be distinguished from them.</summary>
    Smtp,

    /// <summary>A TLS handshake (RFC 8446 §5.1: record type 22, version 3.x).</summary>
    Tls,

    /// <summary>A PROXY header, version 1 or 2.</summary>
    Proxy,
}

/// <summary>
/// Recognises the commonest mistakes of set-up: TLS at a port that begins in clear, clear text at a port of TLS, a PROXY header from an
/// address that is not known to send one. Logged as broken commands, they look like an attack.
/// </summary>
internal static class FirstOctets
{
    /// <summary>Octets after which nothing more is learnt.</summary>
    public const int Enough = 12;

    public static SpokenAtFirst Of(ReadOnlySpan<byte> octets) =>
        octets is [0x16, 0x03, ..] ? SpokenAtFirst.Tls
        : octets.StartsWith("PROXY "u8) || octets.StartsWith("\r\n\r\n\0\r\nQUIT\n"u8) ? SpokenAtFirst.Proxy
        : SpokenAtFirst.Smtp;

    /// <summary>Whether they begin a word, as commands do and TLS never does.</summary>
    public static bool AreClearText(ReadOnlySpan<byte> octets) => octets is [var first, ..] && char.IsAsciiLetter((char)first);
}
