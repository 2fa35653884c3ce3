using Gatepost.Explain.Mime;
using Gatepost.Explain.Text;

namespace Gatepost.Explain.Bounces;

/// <summary>Some systems name their own users without a domain, on a line of its own below a sentence that ends in a colon. The reporter's domain completes them.</summary>
internal static class LocalPart
{
    private const int Longest = 64;

    /// <returns>The whole address, or null where no line is such a name.</returns>
    public static string? Of(Notice notice, HeaderBlock header, Layout layout)
    {
        string? previous = null;
        for (int line = 0; line < notice.Lines; line++)
        {
            var text = notice.Passage.Line(line).Trim();
            if (text.IsEmpty)
                continue;
            if (previous is not null && previous.EndsWith(':') && IsName(text))
                return Complete(text.ToString(), header, layout);
            previous = text.ToString();
        }

        return null;
    }

    private static bool IsName(ReadOnlySpan<char> text)
    {
        if (text.Length is < 2 or > Longest || !char.IsAsciiLetterOrDigit(text[0]))
            return false;
        foreach (char c in text)
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('.' or '_' or '-' or '+'))
                return false;
        return char.IsAsciiLetterOrDigit(text[^1]);
    }

    private static string? Complete(string name, HeaderBlock header, Layout layout)
    {
        if (ReturnedRecipient.Of(layout) is { } returned && returned.StartsWith(name + "@", StringComparison.OrdinalIgnoreCase))
            return returned;
        string? reporter = Address.First(header["From"] ?? "");
        return reporter is null ? null : name + reporter[reporter.IndexOf('@')..];
    }
}
