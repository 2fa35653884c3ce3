namespace Gatepost.Replies;

/// <summary>The id that each refusal of a Gatepost carries at its end: <c>[G-J39PFDYT]</c>.</summary>
public static class VerdictId
{
    private const int Digits = 8;

    /// <summary>The last such id in a text, without its brackets; null if there is none, and the text is no one's in
    /// particular.</summary>
    public static string? In(ReadOnlySpan<char> text)
    {
        for (int at = text.LastIndexOf("[G-"); at >= 0; at = text[..at].LastIndexOf("[G-"))
        {
            int end = at + 3 + Digits;
            if (end < text.Length && text[end] == ']' && text[(at + 3)..end].IndexOfAnyExcept(Letters) < 0)
                return text[(at + 1)..end].ToString();
        }

        return null;
    }

    private static readonly System.Buffers.SearchValues<char> Letters = System.Buffers.SearchValues.Create(
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ");
}
