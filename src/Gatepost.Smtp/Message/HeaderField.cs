using System.Text;

namespace Gatepost.Smtp.Message;

/// <summary>One field of a header, octet for octet as it came.</summary>
/// <param name="Raw">Name, colon, value, every line end: what a signature covers.</param>
/// <param name="NameLength">Octets of the name, without blanks before the colon.</param>
/// <param name="ColonAt">Where the colon is in <paramref name="Raw"/>.</param>
/// <param name="IsCut">Whether the field was longer than its reader accepts, so that the end is missing.</param>
public readonly record struct HeaderField(ReadOnlyMemory<byte> Raw, int NameLength, int ColonAt, bool IsCut = false)
{
    public ReadOnlyMemory<byte> Name => Raw[..NameLength];

    /// <summary>What follows the colon, folding included, without the last line end.</summary>
    public ReadOnlyMemory<byte> Value => Raw[(ColonAt + 1)..].TrimEnd("\r\n"u8);

    /// <param name="name">Without the colon; case does not matter.</param>
    public bool Is(ReadOnlySpan<byte> name) => Ascii.EqualsIgnoreCase(Raw.Span[..NameLength], name);

    /// <summary>The value on one line: each fold becomes one space, outer blanks go.</summary>
    /// <param name="maxOctets">Octets of the value that are looked at.</param>
    public string Unfolded(int maxOctets = 1000)
    {
        var value = Value.Span;
        value = value[..Math.Min(value.Length, maxOctets)];
        var text = new StringBuilder(value.Length);
        foreach (var line in value.Split((byte)'\n'))
        {
            var part = value[line].Trim(" \t\r"u8);
            if (!part.IsEmpty)
                text.Append(text.Length > 0 ? " " : "").Append(Encoding.UTF8.GetString(part));
        }

        return text.ToString();
    }
}
