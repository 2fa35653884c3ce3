using System.Text;

namespace Gatepost.Replies.Matching;

/// <summary>One form for all spellings of the same words: lower case, no accents, plain quotes, single spaces.</summary>
internal static class Normaliser
{
    /// <summary>The folded form of one character; a space for white space and controls.</summary>
    public static char Fold(char letter)
    {
        if (letter < Table.Length)
            return Table[letter];
        return letter switch
        {
            '\u2018' or '\u2019' or '\u201B' or '\u2032' or '\uFF07' => '\'',
            '\u201C' or '\u201D' or '\u201E' or '\u00AB' or '\u00BB' => '"',
            '\u2010' or '\u2011' or '\u2012' or '\u2013' or '\u2014' or '\u2212' => '-',
            >= '\u2000' and <= '\u200F' or '\u2028' or '\u2029' or '\u202F' or '\u3000' or '\uFEFF' => ' ',
            >= '\uFF01' and <= '\uFF5E' => Table[letter - 0xFEE0],
            _ => letter,
        };
    }

    /// <summary>Folds a pattern's literal; positions do not matter there.</summary>
    public static string Fold(string literal)
    {
        var folded = new StringBuilder(literal.Length);
        foreach (char letter in literal)
        {
            char plain = Fold(letter);
            if (plain != ' ' || folded.Length == 0 || folded[^1] != ' ')
                folded.Append(plain);
        }

        return folded.ToString();
    }

    /// <summary>Folds a text and notes for each folded character where it came from.</summary>
    /// <param name="text">A reply, or any text; the continuation marks of several reply lines (<c>550-5.1.1 </c>) are left out.</param>
    /// <param name="folded">At least as long as the text.</param>
    /// <param name="origins">At least as long as the text.</param>
    /// <param name="code">The code whose repetitions are to be left out; null for none.</param>
    /// <returns>How many characters were written.</returns>
    public static int Fold(ReadOnlySpan<char> text, Span<char> folded, Span<int> origins, int? code)
    {
        int written = 0;
        bool space = true;
        for (int i = 0; i < text.Length; i++)
        {
            char plain = Fold(text[i]);
            if (plain == ' ')
            {
                if (!space)
                {
                    folded[written] = ' ';
                    origins[written++] = i;
                }

                space = true;
                i += ContinuationLength(text, i, code);
                continue;
            }

            space = false;
            folded[written] = plain;
            origins[written++] = i;
        }

        return written;
    }

    /// <summary>Letters and digits of scripts that put spaces between words; a phrase in them must not begin or end inside a
    /// word.</summary>
    public static bool IsWordLetter(char letter) => letter < 0x2E80 && char.IsLetterOrDigit(letter);

    /// <summary>How much of what follows the white space at <paramref name="at"/> is the mark of a continued reply: <c>550-5.1.1 </c>, or
    /// <c>5.1.1 </c> after a line end.</summary>
    private static int ContinuationLength(ReadOnlySpan<char> text, int at, int? code)
    {
        int next = at + 1, start = next;
        bool lineStart = text[at] is '\n' or '\r';
        if (code is { } known && next + 4 <= text.Length && IsCode(text[next..], known))
        {
            bool dash = text[next + 3] == '-';
            int after = next + 4;
            bool status = EnhancedStatus.TryReadPrefix(text[after..], out _, out int length);
            if (dash || lineStart || status)
                return after + (status ? length : 0) - start;
        }

        return lineStart && EnhancedStatus.TryReadPrefix(text[next..], out _, out int alone) ? alone : 0;
    }

    private static bool IsCode(ReadOnlySpan<char> text, int code) =>
        text[0] == '0' + (code / 100) && text[1] == '0' + (code / 10 % 10) && text[2] == '0' + (code % 10) && text[3] is '-' or ' ';

    private static char[] MakeTable()
    {
        var table = new char[0x500];
        for (int i = 0; i < table.Length; i++)
        {
            char letter = (char)i;
            if (char.IsWhiteSpace(letter) || char.IsControl(letter) || letter == '\u00AD')
                table[i] = ' ';
            else
                table[i] = WithoutAccent(char.ToLowerInvariant(letter));
        }

        table['«'] = table['»'] = '"';
        table['´'] = table['`'] = '\'';
        return table;
    }

    /// <summary>The base letter first, then its accented forms: without ICU there is no decomposition to ask for.</summary>
    private static readonly string[] Accented =
    [
        "aàáâãäåāăąǎǟǡǻȁȃȧ", "cçćĉċč", "dďđ", "eèéêëēĕėęěȅȇȩ",
        "gĝğġģǧǵ", "hĥȟ", "iìíîïĩīĭįıǐȉȋ", "jĵǰ",
        "kķǩ", "lĺļľł", "nñńņňǹ", "oòóôõöøōŏőơǒǫǭȍȏȫȭȯȱ",
        "rŕŗřȑȓ", "sśŝşšș", "tţťț", "uùúûüũūŭůűųưǔǖǘǚǜȕȗ",
        "wŵ", "yýÿŷȳ", "zźżž",
    ];

    private static readonly char[] Table = MakeTable();

    private static char WithoutAccent(char lower)
    {
        if (lower == 'ё')
            return 'е';
        if (lower < 'À')
            return lower;
        foreach (string group in Accented)
        {
            if (group.AsSpan(1).Contains(lower))
                return group[0];
        }

        return lower;
    }
}
