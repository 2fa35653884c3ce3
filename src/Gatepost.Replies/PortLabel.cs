namespace Gatepost.Replies;

/// <summary>The label that mail programs put before a port, which has as many digits as a reply code: <c>Port : 587</c>.</summary>
public static class PortLabel
{
    private static readonly string[] Words = ["port", "porta", "puerto", "poort", "порт", "端口", "埠", "ポート", "포트", "bağlantı noktası"];

    /// <param name="before">What comes before the number.</param>
    public static bool Ends(ReadOnlySpan<char> before)
    {
        var label = before.TrimEnd(" :=\"'");
        foreach (string word in Words)
            if (label.EndsWith(word, StringComparison.OrdinalIgnoreCase)
                && (label.Length == word.Length || !char.IsLetter(label[^(word.Length + 1)])))
                return true;
        return false;
    }
}
