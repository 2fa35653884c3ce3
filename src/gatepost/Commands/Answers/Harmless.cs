using System.Globalization;
using System.Text;

namespace Gatepost.Commands.Answers;

/// <summary>Makes words from a stranger's document safe to print: no escape sequence, control character or direction mark reaches the terminal.</summary>
internal static class Harmless
{
    /// <summary>Longest text printed of one thing.</summary>
    private const int Longest = 600;

    public static string Text(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return "";
        var safe = new StringBuilder(Math.Min(text.Length, Longest));
        foreach (var rune in text.EnumerateRunes())
        {
            if (safe.Length >= Longest)
                return safe.Append('…').ToString();
            bool harmful = Rune.GetUnicodeCategory(rune)
                is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
                or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned;
            if (rune.Value == '\t')
                safe.Append(' ');
            else if (harmful)
                safe.Append('\uFFFD');
            else
                safe.Append(rune);
        }

        return safe.ToString();
    }
}
