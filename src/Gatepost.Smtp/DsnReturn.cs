namespace Gatepost.Smtp;

/// <summary>What a bounce returns of the message (RFC 3461 §4.3).</summary>
public enum DsnReturn
{
    Unspecified,
    Headers,
    Full,
}
