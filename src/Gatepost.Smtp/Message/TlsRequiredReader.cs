using System.Text;

namespace Gatepost.Smtp.Message;

/// <summary>Finds <c>TLS-Required: No</c> in a header that streams past in pieces (RFC 8689 §5). No other value has a meaning.</summary>
internal struct TlsRequiredReader
{
    private FieldStart first;

    public readonly bool SaysNo => Ascii.EqualsIgnoreCase(first.Value, "no"u8);

    /// <inheritdoc cref="FieldStart.Feed"/>
    public void Feed(in HeaderScanner scanner, ReadOnlySpan<byte> piece, long from) => first.Feed("tls-required"u8, scanner, piece, from);
}
