namespace Gatepost.Replies.Matching;

/// <summary>All phrases by their number; a compiled one is read when a text holds its key literal.</summary>
/// <param name="compiled">How many come with the program; they have the first numbers.</param>
/// <param name="read">Reads one of them.</param>
/// <param name="added">Those of files.</param>
internal sealed class PhraseTable(int compiled, Func<int, Phrase> read, IReadOnlyList<Phrase> added)
{
    private readonly Phrase?[] known = [.. new Phrase?[compiled], .. added];

    public int Count => known.Length;

    public Phrase this[int number] => known[number] ??= read(number);
}
