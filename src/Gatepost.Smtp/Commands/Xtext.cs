using System.Text;

namespace Gatepost.Smtp.Commands;

/// <summary>Text in which every character may be <c>+HH</c> (RFC 3461 §4).</summary>
public static class Xtext
{
    /// <summary>
    /// True for one or more characters; what they encode holds no control character, so it is safe in any header and log.
    /// </summary>
    public static bool IsValid(ReadOnlySpan<byte> text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '+')
            {
                if (i + 2 >= text.Length || !TryReadHex(text[i + 1], text[i + 2], out int octet) || octet is < 32 or 127)
                    return false;
                i += 2;
            }
            else if (text[i] is < 33 or > 126 or (byte)'=')
            {
                return false;
            }
        }

        return !text.IsEmpty;
    }

    /// <summary>As in an ORCPT of type <c>utf-8</c>: UTF-8 itself, or <c>\x{HHHH}</c> (RFC 6533 §3); printable either way.</summary>
    public static bool IsValidUtf8Address(ReadOnlySpan<byte> text) =>
        !text.IsEmpty && AddressGrammar.IsPrintable(text) && !text.ContainsAnyInRange((byte)0, (byte)32) && !text.Contains((byte)127);

    /// <summary>Reads xtext; what is not valid xtext comes back as it is.</summary>
    public static string Decode(string text)
    {
        byte[] octets = Encoding.UTF8.GetBytes(text);
        if (!IsValid(octets))
            return text;

        int at = 0;
        for (int i = 0; i < octets.Length; i++)
        {
            if (octets[i] == '+' && TryReadHex(octets[i + 1], octets[i + 2], out int octet))
            {
                octets[at++] = (byte)octet;
                i += 2;
            }
            else
            {
                octets[at++] = octets[i];
            }
        }

        return Encoding.UTF8.GetString(octets, 0, at);
    }

    /// <summary>Capitals only, as RFC 3461 §4 has it; small letters are met in the wild and taken too.</summary>
    private static bool TryReadHex(byte high, byte low, out int octet)
    {
        octet = 0;
        if (!char.IsAsciiHexDigit((char)high) || !char.IsAsciiHexDigit((char)low))
            return false;
        octet = (Convert.ToInt32(char.ToString((char)high), 16) << 4) | Convert.ToInt32(char.ToString((char)low), 16);
        return true;
    }
}
