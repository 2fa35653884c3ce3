using System.Text;

namespace Gatepost.MailAuth.Results;

/// <summary>Reads tokens and quoted strings out of a structured field, with comments, folds and blanks where they are allowed
/// (RFC 5322 §3.2.2). One pass, no recursion.</summary>
internal ref struct CfwsReader(ReadOnlySpan<byte> text)
{
    private ReadOnlySpan<byte> rest = text;

    /// <summary>Whether nothing but comments and blanks is left.</summary>
    public bool IsAtEnd => SkipCfws() && rest.IsEmpty;

    /// <summary>Takes one octet if it is next.</summary>
    public bool Take(char expected)
    {
        if (!SkipCfws() || rest.IsEmpty || rest[0] != expected)
            return false;
        rest = rest[1..];
        return true;
    }

    /// <summary>A token of RFC 2045 §5.1, octets above 127 allowed (RFC 6532), or a quoted string without its quotes; null if neither is
    /// next.</summary>
    public string? Value()
    {
        if (!SkipCfws() || rest.IsEmpty)
            return null;
        return rest[0] == '"' ? Quoted() : Token();
    }

    /// <summary>A token only.</summary>
    public string? Word() => SkipCfws() && !rest.IsEmpty && rest[0] != '"' ? Token() : null;

    private string? Token()
    {
        int length = 0;
        while (length < rest.Length && rest[length] is > (byte)' ' and not 127 && !"()<>@,;:\\\"/[]?="u8.Contains(rest[length]))
            length++;
        string token = Encoding.UTF8.GetString(rest[..length]);
        rest = rest[length..];
        return length > 0 ? token : null;
    }

    private string? Quoted()
    {
        var value = new List<byte>();
        for (int i = 1; i < rest.Length; i++)
        {
            byte octet = rest[i];
            if (octet == '"')
            {
                rest = rest[(i + 1)..];
                return Encoding.UTF8.GetString([.. value]);
            }

            if (octet == '\\' && i + 1 < rest.Length)
                octet = rest[++i];
            if (octet is not ((byte)'\r' or (byte)'\n'))
                value.Add(octet);
        }

        return null;
    }

    /// <summary>False for a comment that is not closed.</summary>
    private bool SkipCfws()
    {
        int depth = 0, i = 0;
        for (; i < rest.Length; i++)
        {
            byte octet = rest[i];
            if (octet == '(')
                depth++;
            else if (depth > 0 && octet == ')')
                depth--;
            else if (depth > 0 && octet == '\\')
                i++;
            else if (depth == 0 && octet is not ((byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n'))
                break;
        }

        rest = rest[Math.Min(i, rest.Length)..];
        return depth == 0;
    }
}
