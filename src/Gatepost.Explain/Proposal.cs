using System.Buffers;
using System.Text;
using Gatepost.Explain.Text;
using Gatepost.Replies;

namespace Gatepost.Explain;

/// <summary>
/// A wording met in examples that the catalogue does not know: what is the same in all of them, with gaps where they differ.
/// </summary>
/// <param name="Pattern">In the notation of dialect files: <c>{}</c> matches anything.</param>
/// <param name="Guess">What status or code make of it; a person decides.</param>
/// <param name="Host">Who said it, where known.</param>
/// <param name="Examples">The texts it was made from, a few of them.</param>
/// <param name="Count">How many there were.</param>
public sealed record Proposal(string Pattern, Reason Guess, string? Host, IReadOnlyList<string> Examples, int Count)
{
    private const string Gap = "{}";

    /// <summary>Texts that differ in more than this share of their words are two wordings.</summary>
    private const double MostDifferent = 0.3;

    /// <summary>Of addresses, and of the notation of patterns itself.</summary>
    private static readonly SearchValues<char> Marks = SearchValues.Create("@{}^$%");

    private const int MaxExamples = 5;

    private const int MaxWordings = 2000;

    /// <summary>Proposes patterns for what these answers could not explain by words, the most frequent first.</summary>
    /// <param name="reports">Answers of <see cref="Explainer"/>.</param>
    public static IReadOnlyList<Proposal> From(IEnumerable<Report> reports)
    {
        var wordings = new List<(List<string> Words, List<Report> Reports)>();
        foreach (var report in reports)
        {
            if (report.Basis < Basis.Status && report.Confidence > Confidence.Low)
                continue;
            var words = Generalise(report.Said);
            if (words.Count(word => word != Gap) < 2)
                continue;
            int like = wordings.FindIndex(wording => Same(wording.Words, words));
            if (like >= 0)
            {
                Merge(wordings[like].Words, words);
                wordings[like].Reports.Add(report);
            }
            else if (wordings.Count < MaxWordings)
            {
                wordings.Add((words, [report]));
            }
        }

        return [.. wordings.OrderByDescending(wording => wording.Reports.Count).Select(wording => Of(wording.Words, wording.Reports))];
    }

    private static Proposal Of(List<string> words, List<Report> reports) => new(
        Join(words),
        reports[0].Reason,
        reports.Select(report => report.RemoteHost).FirstOrDefault(host => host is not null),
        [.. reports.Select(report => report.Said).Distinct(StringComparer.Ordinal).Take(MaxExamples)],
        reports.Count);

    /// <summary>The words with addresses, numbers, names of hosts and identifiers taken out, codes in front left out.</summary>
    private static List<string> Generalise(string text)
    {
        var codes = CodeFinder.NextCode(text, 0);
        if (codes.CodeAt >= 0 && codes.CodeAt < 4)
            text = text[codes.WordsAt..];
        var words = new List<string>();
        foreach (string word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Take(60))
            words.Add(IsParticular(word) ? Gap : word.Trim('"', '\'', '(', ')', '[', ']').ToLowerInvariant());
        words.RemoveAll(word => word.Length == 0);
        return words;
    }

    /// <summary>A word of this one message: an address, a link, a host, a number, an identifier.</summary>
    private static bool IsParticular(string word) =>
        word.AsSpan().ContainsAny(Marks) || word.Contains("://", StringComparison.Ordinal) || word.Any(char.IsAsciiDigit)
        || (word.Trim('.', ',', ';', ':', ')', '>').Contains('.') && word.Length > 4) || word.Length > 30;

    private static bool Same(List<string> one, List<string> other)
    {
        if (one.Count != other.Count)
            return false;
        int different = 0;
        for (int i = 0; i < one.Count; i++)
            if (one[i] != other[i] && one[i] != Gap)
                different++;
        return different <= one.Count * MostDifferent;
    }

    private static void Merge(List<string> into, List<string> other)
    {
        for (int i = 0; i < into.Count; i++)
            if (into[i] != other[i])
                into[i] = Gap;
    }

    /// <summary>One gap for several in a row, and none at the ends.</summary>
    private static string Join(List<string> words)
    {
        var pattern = new StringBuilder();
        bool gap = true;
        foreach (string word in words)
        {
            if (word == Gap)
            {
                gap = true;
                continue;
            }

            if (pattern.Length > 0)
                pattern.Append(gap ? " {} " : " ");
            pattern.Append(word);
            gap = false;
        }

        return pattern.ToString().Trim('.', ',', ';', ':', ' ');
    }
}
