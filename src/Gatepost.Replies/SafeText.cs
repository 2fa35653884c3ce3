using System.Buffers;
using System.Globalization;
using System.Text;

namespace Gatepost.Replies;

/// <summary>Text from outside, made safe: it cannot break out of its line, steer a terminal or turn the direction of writing.</summary>
/// <remarks>
/// The only maker of such text. Controls, format characters (bidi marks among them), surrogates, private use, unassigned characters, line
/// and paragraph separators and U+FFFD each become <see cref="Replacement"/>, a tab becomes a space. What writes to a reply, log, terminal,
/// bounce or page takes this type, or makes it of all it writes. JSON escapes the same characters (<see cref="SafeJson"/>).
/// </remarks>
public readonly record struct SafeText
{
    public const char Replacement = '?';

    /// <summary>Put at the end of what was cut, within the length asked for.</summary>
    public const string Ellipsis = "...";

    private readonly string? text;

    private SafeText(string text) => this.text = text;

    /// <param name="text">Of any origin; null is empty.</param>
    /// <param name="max">Characters (UTF-16) of the result, at least 3.</param>
    public static SafeText Of(string? text, int max = int.MaxValue)
    {
        if (text is null || (text.Length <= max && !text.AsSpan().ContainsAnyExceptInRange(' ', '~')))
            return new SafeText(text ?? "");
        return new SafeText(Clean(text, max, static rune => rune.Utf16SequenceLength));
    }

    /// <param name="text">Of any origin.</param>
    /// <param name="allowed">The only characters that stay; each other UTF-16 unit becomes <see cref="Replacement"/>.</param>
    public static SafeText Of(string text, SearchValues<char> allowed)
    {
        if (!text.AsSpan().ContainsAnyExcept(allowed))
            return new SafeText(text);
        return new SafeText(string.Create(text.Length, (text, allowed), static (clean, from) =>
            from.text.AsSpan().ReplaceAnyExcept(clean, from.allowed, Replacement)));
    }

    /// <param name="text">Of any origin.</param>
    /// <param name="max">Octets of UTF-8 that the result takes, at least 3.</param>
    public static SafeText InOctets(string text, int max) =>
        text.Length <= max && !text.AsSpan().ContainsAnyExceptInRange(' ', '~')
            ? new SafeText(text)
            : new SafeText(Clean(text, max, static rune => rune.Utf8SequenceLength));

    /// <param name="octets">UTF-8, or something else: an octet that is no UTF-8 becomes <see cref="Replacement"/>.</param>
    /// <param name="max">Characters (UTF-16) of the result, at least 3.</param>
    public static SafeText Of(ReadOnlySpan<byte> octets, int max)
    {
        if (octets.Length <= max && !octets.ContainsAnyExceptInRange((byte)' ', (byte)'~'))
            return new SafeText(Encoding.ASCII.GetString(octets));
        // No character needs more than four octets, so this is enough to see whether it must be cut.
        octets = octets[..(int)Math.Min(octets.Length, 4L * max + 4)];
        var decoded = new StringBuilder(octets.Length);
        while (!octets.IsEmpty)
        {
            bool isGood = Rune.DecodeFromUtf8(octets, out var rune, out int used) == OperationStatus.Done;
            decoded.Append(isGood ? rune : Rune.ReplacementChar);
            octets = octets[used..];
        }

        return Of(decoded.ToString(), max);
    }

    /// <summary>Whether a UTF-16 unit may not be shown as it is by itself: half a pair may not.</summary>
    public static bool IsHarmful(char unit) => !Rune.TryCreate(unit, out var rune) || IsHarmful(rune);

    /// <summary>Whether a character may not be shown as it is.</summary>
    public static bool IsHarmful(Rune rune) => rune == Rune.ReplacementChar || IsHarmful(Rune.GetUnicodeCategory(rune));

    public static implicit operator string(SafeText safe) => safe.ToString();

    public override string ToString() => text ?? "";

    internal static bool IsHarmful(UnicodeCategory category) => category
        is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned;

    /// <param name="lengthOf">What a character counts.</param>
    private static string Clean(string text, int max, Func<Rune, int> lengthOf)
    {
        var clean = new StringBuilder(Math.Min(text.Length, max));
        int taken = 0, cutAt = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            var shown = !IsHarmful(rune) ? rune : rune.Value == '\t' ? new Rune(' ') : new Rune(Replacement);
            taken += lengthOf(shown);
            if (taken > max)
                return string.Concat(clean.ToString(0, cutAt), Ellipsis);
            clean.Append(shown);
            if (taken <= max - Ellipsis.Length)
                cutAt = clean.Length;
        }

        return clean.ToString();
    }
}
