namespace Gatepost.Smtp;

/// <summary>What the body may hold (RFC 6152, RFC 3030).</summary>
public enum BodyType
{
    SevenBit,
    EightBitMime,
    BinaryMime,
}
