using System.Globalization;
using System.Text;

namespace Gatepost.Smtp;

/// <summary>The grammar of <c>Mailbox</c> in RFC 5321 §4.1.2, with RFC 6531 §3.3 for octets above 127.</summary>
internal static class AddressGrammar
{
    private static readonly System.Buffers.SearchValues<char> DigitsAndDots = System.Buffers.SearchValues.Create("0123456789.");

    /// <summary>Finds the @ between a good local part and a good domain.</summary>
    public static bool TrySplit(ReadOnlySpan<byte> wire, out int at)
    {
        at = wire[0] == '"' ? EndOfQuotedString(wire) : EndOfDotString(wire);
        return at > 0 && at < wire.Length && wire[at] == '@' && IsDomain(wire[(at + 1)..]);
    }

    /// <summary>A domain name of letters, digits, hyphens and (UTF-8) letters, or an address literal.</summary>
    public static bool IsDomain(ReadOnlySpan<byte> domain)
    {
        if (domain.IsEmpty || domain.Length > Mailbox.MaxDomain)
            return false;
        if (domain[0] == '[')
            return IsAddressLiteral(domain);

        int label = 0;
        for (int i = 0; i < domain.Length; i++)
        {
            byte octet = domain[i];
            if (octet == '.')
            {
                if (label == 0 || domain[i - 1] == '-')
                    return false;
                label = 0;
                continue;
            }

            bool letterOrDigit = char.IsAsciiLetterOrDigit((char)octet) || octet > 127 || octet == '_';
            if (!letterOrDigit && (octet != '-' || label == 0))
                return false;
            if (++label > 63)
                return false;
        }

        return label > 0 && domain[^1] != '-';
    }

    /// <summary>
    /// RFC 6531 §3.3 takes any UTF-8; but a control of the upper half (U+0085 is a line end to some), a separator or a mark
    /// that turns the direction of writing has no place in an address, and would end up in headers, logs and terminals.
    /// </summary>
    public static bool IsPrintable(ReadOnlySpan<byte> wire)
    {
        while (!wire.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(wire, out var rune, out int used) != System.Buffers.OperationStatus.Done)
                return false;
            bool turns = rune.Value is 0x061C or 0x200E or 0x200F or (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069) or 0xFEFF;
            bool blank = rune.Value > 127 && Rune.GetUnicodeCategory(rune)
                is UnicodeCategory.Control or UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator
                    or UnicodeCategory.ParagraphSeparator;
            if (turns || blank)
                return false;
            wire = wire[used..];
        }

        return true;
    }

    private static bool IsAddressLiteral(ReadOnlySpan<byte> literal)
    {
        if (literal.Length < 3 || literal[^1] != ']')
            return false;

        Span<char> text = stackalloc char[literal.Length - 2];
        for (int i = 0; i < text.Length; i++)
            text[i] = (char)literal[i + 1];

        ReadOnlySpan<char> address = text;
        bool six = address.StartsWith("IPv6:", StringComparison.OrdinalIgnoreCase);
        if (six)
            address = address[5..];
        // IPAddress alone would take "1" and "0x7f.1": the grammar wants four decimal numbers.
        return System.Net.IPAddress.TryParse(address, out var ip)
            && !address.Contains('%')
            && (six
                ? ip.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6
                : ip.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork && address.Count('.') == 3
                && !address.ContainsAnyExcept(DigitsAndDots));
    }

    /// <summary>
    /// Wider than RFC 5321's Dot-string: a..b@, abc.@ and .a@ are addresses in use (mobile providers in Japan gave them out), and only
    /// the receiving host may judge a local part (§2.3.11).
    /// </summary>
    private static int EndOfDotString(ReadOnlySpan<byte> wire)
    {
        bool hasAtom = false;
        for (int i = 0; i < wire.Length; i++)
        {
            byte octet = wire[i];
            if (octet == '@')
                return hasAtom ? i : -1;
            if (octet == '.')
                continue;
            if (!IsAtomText(octet))
                return -1;
            hasAtom = true;
        }

        return -1;
    }

    private static int EndOfQuotedString(ReadOnlySpan<byte> wire)
    {
        for (int i = 1; i < wire.Length; i++)
        {
            byte octet = wire[i];
            if (octet == '"')
                return i + 1;
            if (octet == '\\')
            {
                if (++i >= wire.Length || wire[i] is < 32 or > 126)
                    return -1;
                continue;
            }

            if (octet is < 32 or 127)
                return -1;
        }

        return -1;
    }

    private static bool IsAtomText(byte octet) =>
        char.IsAsciiLetterOrDigit((char)octet) || octet > 127 || "!#$%&'*+-/=?^_`{|}~"u8.Contains(octet);
}
