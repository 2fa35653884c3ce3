using Gatepost.CatalogueCompiler;
using Gatepost.Replies;
using Gatepost.Replies.Catalogue;
using Gatepost.Replies.Matching;

namespace Gatepost.Benchmarks;

/// <summary>The catalogue without some of its wordings, read from its sources.</summary>
internal sealed class CatalogueVariants
{
    private readonly CatalogueLoader loader;
    private readonly FamilyMatcher families;
    private readonly List<string> files = [];

    /// <param name="sources">src/Gatepost.Replies.</param>
    public CatalogueVariants(string sources)
    {
        loader = CatalogueSources.Read(sources, files);
        families = new FamilyMatcher(loader.Lexicon, loader.Families);
        Full = Without((_, _) => false);
    }

    /// <summary>With everything.</summary>
    public ReplyDatabase Full { get; }

    /// <param name="isLeftOut">Asked with the name of the dialect file (without its ending, empty for our own) and the number of the
    /// wording.</param>
    public ReplyDatabase Without(Func<string, int, bool> isLeftOut)
    {
        Phrase[] kept = [.. loader.Phrases.Where((phrase, number) => phrase.IsMark || !isLeftOut(files[number], number))];
        var index = new LiteralIndex(kept.Select(phrase => phrase.Pattern.KeyLiteral), 0);
        return new ReplyDatabase(
            loader, () => new PatternMatcher(new PhraseTable(0, number => kept[number], kept), [index], families, loader.Providers));
    }

    /// <summary>The numbers of the wordings that a text holds, for <see cref="Without"/>.</summary>
    public IEnumerable<int> WordingsIn(string text)
    {
        var reading = ReplyReading.Read(text, isProse: false);
        char[] folded = new char[text.Length];
        int[] origins = new int[text.Length];
        int length = Normaliser.Fold(text, folded, origins, reading.Code);
        int start = Place(origins.AsSpan(0, length), reading.CoreStart), end = Place(origins.AsSpan(0, length), reading.CoreEnd);
        for (int number = 0; number < loader.Phrases.Count; number++)
        {
            if (IsIn(folded.AsSpan(0, length), loader.Phrases[number], reading, start, end))
                yield return number;
        }
    }

    private static bool IsIn(ReadOnlySpan<char> text, Phrase phrase, in ReplyReading reading, int start, int end)
    {
        if (!phrase.Fits(reading.Code, reading.Status))
            return false;
        string key = phrase.Pattern.KeyLiteral;
        for (int at = text.IndexOf(key); at >= 0;)
        {
            if (phrase.Pattern.Matches(text, at, start, end, out _, out _))
                return true;
            int next = text[(at + 1)..].IndexOf(key);
            at = next < 0 ? -1 : at + 1 + next;
        }

        return false;
    }

    private static int Place(ReadOnlySpan<int> origins, int original) =>
        origins.BinarySearch(original) is >= 0 and var index ? index : ~origins.BinarySearch(original);
}
