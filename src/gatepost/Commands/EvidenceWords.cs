using System.Globalization;
using System.Text;

namespace Gatepost.Commands;

/// <summary>Says in Russian what rules wrote into the journal in English: names of facts and reasons by their templates; values stay as they are.</summary>
/// <remarks>Templates are split at their gaps and looked for from left to right: linear in the text, whatever it holds.</remarks>
internal sealed class EvidenceWords
{
    private const string Separator = " => ";

    private readonly IReadOnlyList<(string[] Parts, string Russian)> templates;

    private EvidenceWords(TextReader file)
    {
        var read = new List<(string[] Parts, string Russian)>();
        while (file.ReadLine() is { } line)
        {
            if (line.Length == 0 || line[0] == '#')
                continue;
            int at = line.IndexOf(Separator, StringComparison.Ordinal);
            if (at < 0)
                throw new FormatException($"\"{line}\" has no \"{Separator}\"");
            read.Add((line[..at].Split("{}"), line[(at + Separator.Length)..]));
        }

        // The most particular first: what has more words of its own holds the more general as a case of it.
        templates = [.. read.OrderByDescending(template => template.Parts.Sum(part => part.Length))];
    }

    public static EvidenceWords Russian { get; } = Load();

    /// <summary>Every line, for tests.</summary>
    public IEnumerable<(string English, string Russian)> Lines => templates.Select(template => (string.Join("{}", template.Parts), template.Russian));

    /// <returns>The text in Russian; null where no template fits.</returns>
    public string? Find(string english)
    {
        foreach (var (parts, russian) in templates)
        {
            if (Match(english, parts) is { } gaps)
                return Fill(russian, gaps);
        }

        return null;
    }

    /// <returns>The text in Russian; itself where no template fits.</returns>
    public string Say(string english) => Find(english) ?? english;

    private static string[]? Match(string text, string[] parts)
    {
        if (parts.Length == 1)
            return text == parts[0] ? [] : null;
        if (!text.StartsWith(parts[0], StringComparison.Ordinal) || !text.EndsWith(parts[^1], StringComparison.Ordinal))
            return null;

        string[] gaps = new string[parts.Length - 1];
        int from = parts[0].Length, last = text.Length - parts[^1].Length;
        for (int i = 1; i < parts.Length; i++)
        {
            int at = i == parts.Length - 1 ? last : text.IndexOf(parts[i], from, StringComparison.Ordinal);
            // A gap holds something, and the last part must not be used twice.
            if (at <= from || at > last)
                return null;
            gaps[i - 1] = text[from..at];
            from = at + parts[i].Length;
        }

        return gaps;
    }

    private string Fill(string russian, string[] gaps)
    {
        var text = new StringBuilder(russian.Length + 64);
        for (int i = 0; i < russian.Length; i++)
        {
            int end = russian[i] == '{' ? russian.IndexOf('}', i) : -1;
            if (end < 0)
            {
                text.Append(russian[i]);
                continue;
            }

            bool itself = russian[end - 1] == '*';
            string gap = gaps[int.Parse(russian.AsSpan(i + 1, end - i - 1 - (itself ? 1 : 0)), CultureInfo.InvariantCulture) - 1];
            text.Append(itself ? Say(gap) : gap);
            i = end;
        }

        return text.ToString();
    }

    private static EvidenceWords Load()
    {
        using var file = typeof(EvidenceWords).Assembly.GetManifestResourceStream("evidence.ru")!;
        using var text = new StreamReader(file, Encoding.UTF8);
        return new EvidenceWords(text);
    }
}
