namespace Gatepost.Replies.Matching;

/// <summary>A text in the one spelling that phrases are compared in, with the way back to the text.</summary>
public readonly struct FoldedText
{
    private readonly char[] letters;
    private readonly int[] origins;
    private readonly int length;

    private FoldedText(char[] letters, int[] origins, int length) => (this.letters, this.origins, this.length) = (letters, origins, length);

    /// <summary>Lower case, no accents, plain quotes, single spaces.</summary>
    public ReadOnlySpan<char> Letters => letters.AsSpan(0, length);

    /// <summary>Folds a text of any length.</summary>
    public static FoldedText Of(ReadOnlySpan<char> text)
    {
        char[] letters = new char[text.Length];
        int[] origins = new int[text.Length];
        int length = Normaliser.Fold(text, letters, origins, code: null);
        while (length > 0 && letters[length - 1] == ' ')
            length--;
        return new FoldedText(letters, origins, length);
    }

    /// <summary>Where the letter at <paramref name="index"/> is in the text.</summary>
    public int OriginOf(int index) => origins[index];
}
