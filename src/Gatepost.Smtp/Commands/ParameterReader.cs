namespace Gatepost.Smtp.Commands;

/// <summary>Walks over <c>NAME=value</c> words of MAIL and RCPT (RFC 5321 §4.1.2, esmtp-param).</summary>
internal ref struct ParameterReader(ReadOnlySpan<byte> rest)
{
    private ReadOnlySpan<byte> rest = rest;

    public ReadOnlySpan<byte> Name { get; private set; }

    public ReadOnlySpan<byte> Value { get; private set; }

    public bool HasValue { get; private set; }

    /// <summary>False at the end; <paramref name="bad"/> where the next word is no parameter.</summary>
    public bool MoveNext(out bool bad)
    {
        bad = false;
        rest = rest.TrimStart((byte)' ');
        if (rest.IsEmpty)
            return false;

        int space = rest.IndexOf((byte)' ');
        var word = space < 0 ? rest : rest[..space];
        rest = rest[word.Length..];

        int equals = word.IndexOf((byte)'=');
        HasValue = equals >= 0;
        Name = HasValue ? word[..equals] : word;
        Value = HasValue ? word[(equals + 1)..] : default;
        bad = !IsName(Name) || (HasValue && (Value.IsEmpty || Value.Contains((byte)'=')));
        return true;
    }

    private static bool IsName(ReadOnlySpan<byte> name)
    {
        if (name.IsEmpty || name.Length > 64 || !char.IsAsciiLetterOrDigit((char)name[0]))
            return false;
        foreach (byte octet in name)
        {
            if (!char.IsAsciiLetterOrDigit((char)octet) && octet != '-')
                return false;
        }

        return true;
    }
}
