using System.Globalization;
using System.Text;
using MimeKit;
using MimeKit.IO;
using MimeKit.IO.Filters;

namespace Gatepost.Delivery.Bounces;

/// <summary>The encodings a report needs: MIME bodies and headers, xtext, UTF-8 addresses in ASCII.</summary>
internal static class Coding
{
    /// <summary>A header value; in encoded words (RFC 2047 §2) where it is not plain ASCII.</summary>
    public static string HeaderText(string value)
    {
        if (Ascii.IsValid(value) && value.Length < 900)
            return value;
        var words = new StringBuilder();
        var piece = new StringBuilder();
        int octets = 0;
        foreach (var rune in value.EnumerateRunes())
        {
            // 45 octets make 60 characters of base64; with its frame a word stays below 75.
            if (octets + rune.Utf8SequenceLength > 45)
            {
                Word(words, piece);
                octets = 0;
            }

            piece.Append(rune);
            octets += rune.Utf8SequenceLength;
        }

        Word(words, piece);
        return words.ToString();

        static void Word(StringBuilder words, StringBuilder piece)
        {
            if (words.Length > 0)
                words.Append("\r\n ");
            words.Append("=?utf-8?B?").Append(Convert.ToBase64String(Encoding.UTF8.GetBytes(piece.ToString()))).Append("?=");
            piece.Clear();
        }
    }

    /// <summary>Base64 in lines of 76 (RFC 2045 §6.8).</summary>
    public static string Base64(string text) =>
        Convert.ToBase64String(Encoding.UTF8.GetBytes(text), Base64FormattingOptions.InsertLineBreaks).ReplaceLineEndings("\r\n") + "\r\n";

    /// <summary>Quoted-printable (RFC 2045 §6.7) of lines that end with CRLF.</summary>
    public static void QuotedPrintable(ReadOnlyMemory<byte> octets, MemoryStream target)
    {
        using var encoded = new FilteredStream(target);
        encoded.Add(EncoderFilter.Create(ContentEncoding.QuotedPrintable));
        encoded.Add(new Unix2DosFilter());
        encoded.Write(octets.Span);
        encoded.Flush();
    }

    /// <summary>Undoes xtext (RFC 3461 §4). What comes out is whatever the client wanted: it is not harmless yet.</summary>
    public static string FromXtext(string xtext)
    {
        if (!xtext.Contains('+', StringComparison.Ordinal))
            return xtext;
        var octets = new List<byte>(xtext.Length);
        for (int i = 0; i < xtext.Length; i++)
        {
            if (xtext[i] == '+' && i + 2 < xtext.Length && byte.TryParse(
                xtext.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte octet))
            {
                octets.Add(octet);
                i += 2;
            }
            else
            {
                octets.AddRange(Encoding.UTF8.GetBytes([xtext[i]]));
            }
        }

        return Encoding.UTF8.GetString([.. octets]);
    }

    /// <summary>A UTF-8 address in ASCII: <c>\x{41F}</c> (RFC 6533 §3, utf-8-addr-xtext).</summary>
    public static string Utf8AddressInAscii(string address)
    {
        var ascii = new StringBuilder(address.Length * 2);
        foreach (var rune in address.EnumerateRunes())
        {
            if (rune.Value is > ' ' and <= '~' && rune.Value is not ('\\' or '+' or '='))
                ascii.Append((char)rune.Value);
            else
                ascii.Append(CultureInfo.InvariantCulture, $"\\x{{{rune.Value:X}}}");
        }

        return ascii.ToString();
    }
}
