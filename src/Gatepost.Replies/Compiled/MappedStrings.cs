namespace Gatepost.Replies.Compiled;

/// <summary>All texts of the compiled catalogue, each once, in UTF-16.</summary>
/// <param name="starts">Where each begins, in characters, and where the last ends.</param>
/// <param name="letters">One after the other.</param>
internal sealed class MappedStrings(MappedTable<int> starts, MappedTable<char> letters)
{
    /// <summary>A text by its number, without a copy.</summary>
    public ReadOnlySpan<char> Span(int number) => letters.All[starts[number]..starts[number + 1]];

    /// <summary>A text by its number.</summary>
    public string At(int number) => Span(number).ToString();

    /// <summary>A text by its number; null for -1.</summary>
    public string? Find(int number) => number < 0 ? null : At(number);
}
