using System.Buffers;
using System.Text;
using Gatepost.Replies;

namespace Gatepost.MailAuth.Spf;

/// <summary>Where a macro string is: the letters c, r and t belong to explanations only (RFC 7208 §7.2).</summary>
internal enum SpfMacroUse
{
    /// <summary>A domain-spec: ends in a top label or a macro.</summary>
    Domain,

    /// <summary>The value of a modifier we do not know: any text with valid macros.</summary>
    Modifier,

    /// <summary>The text that <c>exp=</c> leads to: spaces allowed, and all letters.</summary>
    Explanation,
}

/// <summary>Text with macros, read once and expanded for one client (RFC 7208 §7.1).</summary>
internal sealed class SpfMacroString
{
    /// <summary>An explanation is cut here: no reply can carry more, and macros could make megabytes of 64 KB.</summary>
    public const int LongestExplanation = 2_000;

    private const int LongestName = 253;
    private const string Letters = "slodiphcrtv";
    private const string ExplanationLetters = "crt";
    private static readonly SearchValues<char> Delimiters = SearchValues.Create(".-+,/_=");

    private readonly List<Part> parts;

    private SpfMacroString(string text, List<Part> parts)
    {
        Text = text;
        this.parts = parts;
    }

    /// <summary>As published.</summary>
    public string Text { get; }

    /// <summary>Whether it has the local part of the sender in it, with <c>%{s}</c> or <c>%{l}</c>.</summary>
    public bool UsesLocalPart => parts.Exists(static part => part.Letter is 's' or 'l');

    /// <summary>Whether it asks for the validated name of the client, which costs questions.</summary>
    public bool UsesClientName => parts.Exists(static part => part.Letter == 'p');

    /// <summary>Reads it; null with the reason for what breaks the grammar.</summary>
    public static SpfMacroString? Parse(string text, SpfMacroUse use, out Finding? why)
    {
        var parts = new List<Part>();
        int at = 0;
        while (at < text.Length)
        {
            int percent = text.IndexOf('%', at);
            int end = percent < 0 ? text.Length : percent;
            if (end > at)
                parts.Add(new Part(text[at..end]));
            at = end;
            if (percent < 0)
                break;
            if (ReadMacro(text, ref at, use, out why) is not { } macro)
                return null;
            parts.Add(macro);
        }

        why = use == SpfMacroUse.Domain ? EndFault(text, parts) : null;
        return why is null ? new SpfMacroString(text, parts) : null;
    }

    /// <summary>As a name to ask for: without final dot, over-long ones shortened from the left (RFC 7208 §7.3).</summary>
    public string ExpandName(SpfMacroValues values)
    {
        var name = new StringBuilder();
        foreach (var part in parts)
        {
            name.Append(part.Expand(values));
            // Only the right end counts, so what hostile macros make of it is dropped as it grows.
            if (name.Length > 4 * LongestName)
                name.Remove(0, name.Length - 2 * LongestName);
        }

        if (name.Length > 0 && name[^1] == '.')
            name.Length--;
        string full = name.ToString();
        while (full.Length > LongestName)
        {
            int dot = full.IndexOf('.', full.Length - LongestName - 1);
            full = dot < 0 ? "" : full[(dot + 1)..];
        }

        return full;
    }

    /// <summary>As a text for people, at most <see cref="LongestExplanation"/> characters.</summary>
    public string ExpandText(SpfMacroValues values)
    {
        var text = new StringBuilder();
        foreach (var part in parts)
        {
            text.Append(part.Expand(values));
            if (text.Length > LongestExplanation)
                return text.ToString(0, LongestExplanation);
        }

        return text.ToString();
    }

    private static Part? ReadMacro(string text, ref int at, SpfMacroUse use, out Finding? why)
    {
        why = null;
        char next = at + 1 < text.Length ? text[at + 1] : '\0';
        string? literal = next switch { '%' => "%", '_' => " ", '-' => "%20", _ => null };
        if (literal is not null)
        {
            at += 2;
            return new Part(literal) { IsMacro = true };
        }

        int close = next == '{' ? text.IndexOf('}', at) : -1;
        if (close < 0)
        {
            why = next == '{' ? OurEvidence.SpfMacroUnclosed.Say() : OurEvidence.SpfMacroPercent.Say();
            return null;
        }

        string inside = text[(at + 2)..close];
        at = close + 1;
        return ReadLetter(inside, use, out why);
    }

    private static Part? ReadLetter(string inside, SpfMacroUse use, out Finding? why)
    {
        why = null;
        char letter = inside.Length > 0 ? char.ToLowerInvariant(inside[0]) : '\0';
        if (!Letters.Contains(letter, StringComparison.Ordinal))
        {
            why = OurEvidence.SpfMacroLetter.Say(Clip(inside));
            return null;
        }

        if (use == SpfMacroUse.Domain && ExplanationLetters.Contains(letter, StringComparison.Ordinal))
        {
            why = OurEvidence.SpfMacroExplanationOnly.Say(Clip(inside));
            return null;
        }

        int at = 1, keep = 0;
        for (; at < inside.Length && char.IsAsciiDigit(inside[at]); at++)
            keep = Math.Min(keep * 10 + inside[at] - '0', 1_000);
        bool keepsNone = at > 1 && keep == 0;
        bool reverse = at < inside.Length && inside[at] is 'r' or 'R';
        string delimiters = inside[(reverse ? at + 1 : at)..];
        if (keepsNone || delimiters.AsSpan().ContainsAnyExcept(Delimiters))
        {
            why = OurEvidence.SpfMacroTransformer.Say(Clip(inside));
            return null;
        }

        return new Part("")
        {
            IsMacro = true,
            Letter = letter,
            Escapes = char.IsAsciiLetterUpper(inside[0]),
            Keep = keep,
            Reverse = reverse,
            Delimiters = delimiters.Length == 0 ? "." : delimiters,
        };
    }

    /// <summary>RFC 7208 §7.1 <c>domain-end</c>: <c>"." toplabel ["."]</c>, or a macro.</summary>
    private static Finding? EndFault(string text, List<Part> parts)
    {
        if (parts.Count == 0)
            return OurEvidence.SpfDomainMissing.Say();
        if (parts[^1].IsMacro)
            return null;

        string end = parts[^1].Literal.EndsWith('.') ? parts[^1].Literal[..^1] : parts[^1].Literal;
        int dot = end.LastIndexOf('.');
        if (dot < 0)
            return OurEvidence.SpfUnqualified.Say(Clip(text));
        if (IsTopLabel(end[(dot + 1)..]))
            return null;
        return System.Net.IPAddress.TryParse(text.TrimEnd('.'), out _)
            ? OurEvidence.SpfAddressAsName.Say(Clip(text))
            : OurEvidence.SpfTopLabel.Say(Clip(end[(dot + 1)..]), Clip(text));
    }

    private static bool IsTopLabel(string label) =>
        label.Length > 0
        && label.All(static c => char.IsAsciiLetterOrDigit(c) || c == '-')
        && label[0] != '-' && label[^1] != '-'
        && label.Any(static c => !char.IsAsciiDigit(c));

    private static string Clip(string text) => SafeText.Of(text, 100);

    private sealed record Part(string Literal)
    {
        public bool IsMacro { get; init; }

        /// <summary>Lower case; NUL for literal text.</summary>
        public char Letter { get; init; }

        /// <summary>An upper case letter asks for the escapes of a URL.</summary>
        public bool Escapes { get; init; }

        /// <summary>Labels kept from the right; zero keeps all.</summary>
        public int Keep { get; init; }

        public bool Reverse { get; init; }

        public string Delimiters { get; init; } = ".";

        public string Expand(SpfMacroValues values)
        {
            if (Letter == '\0')
                return Literal;
            string value = values.Of(Letter);
            if (Keep > 0 || Reverse || Delimiters != ".")
            {
                string[] labels = value.Split(Delimiters.ToCharArray());
                if (Reverse)
                    Array.Reverse(labels);
                value = string.Join('.', Keep > 0 && Keep < labels.Length ? labels[^Keep..] : labels);
            }

            return Escapes ? Uri.EscapeDataString(value) : value;
        }
    }
}
