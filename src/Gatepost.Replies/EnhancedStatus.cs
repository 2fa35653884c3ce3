using System.Globalization;

namespace Gatepost.Replies;

/// <summary>An enhanced mail system status code, <c>class.subject.detail</c> (RFC 3463 §2).</summary>
/// <param name="Class">2 (success), 4 (persistent transient failure) or 5 (permanent failure).</param>
/// <param name="Subject">0 to 999.</param>
/// <param name="Detail">0 to 999.</param>
public readonly record struct EnhancedStatus(int Class, int Subject, int Detail)
{
    /// <summary>Reads a status at the very start of <paramref name="text"/>; what follows must not be a digit or a dot with a
    /// digit.</summary>
    /// <param name="text">For example <c>5.1.1 User unknown</c>.</param>
    /// <param name="status">The status read.</param>
    /// <param name="length">Octets used up, 5 to 9.</param>
    /// <returns>False if no status of class 2, 4 or 5 is there.</returns>
    public static bool TryReadPrefix(ReadOnlySpan<char> text, out EnhancedStatus status, out int length)
    {
        status = default;
        length = 0;
        if (text.Length < 5 || text[0] is not ('2' or '4' or '5') || text[1] != '.')
            return false;

        int at = 2;
        if (!ReadNumber(text, ref at, out int subject) || at >= text.Length || text[at] != '.')
            return false;
        at++;
        if (!ReadNumber(text, ref at, out int detail))
            return false;
        if (
            at < text.Length && (
                char.IsAsciiDigit(text[at]) || (text[at] == '.' && at + 1 < text.Length && char.IsAsciiDigit(text[at + 1]))))
            return false;

        status = new EnhancedStatus(text[0] - '0', subject, detail);
        length = at;
        return true;
    }

    /// <summary>Reads a text that is a status and nothing else.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out EnhancedStatus status) =>
        TryReadPrefix(text, out status, out int length) && length == text.Length;

    /// <summary>Reads a status written in our own source, for example <c>"4.1.8"</c>.</summary>
    /// <exception cref="FormatException">The literal is no status.</exception>
    public static implicit operator EnhancedStatus(string literal) =>
        TryParse(literal, out var status) ? status : throw new FormatException($"\"{literal}\" is no enhanced status");

    /// <summary>Characters of the written form, 5 to 9.</summary>
    internal int Length => 3 + Digits(Subject) + Digits(Detail);

    /// <summary>Writes it in ASCII; returns how many octets.</summary>
    internal int Write(Span<byte> to)
    {
        to[0] = (byte)('0' + Class);
        to[1] = (byte)'.';
        Subject.TryFormat(to[2..], out int subject, default, CultureInfo.InvariantCulture);
        to[2 + subject] = (byte)'.';
        Detail.TryFormat(to[(3 + subject)..], out int detail, default, CultureInfo.InvariantCulture);
        return 3 + subject + detail;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Class}.{Subject}.{Detail}");

    private static int Digits(int number) => number < 10 ? 1 : number < 100 ? 2 : 3;

    private static bool ReadNumber(ReadOnlySpan<char> text, ref int at, out int number)
    {
        number = 0;
        int start = at;
        while (at < text.Length && at - start < 3 && char.IsAsciiDigit(text[at]))
            number = (number * 10) + (text[at++] - '0');
        return at > start;
    }
}
