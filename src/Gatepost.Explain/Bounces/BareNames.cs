namespace Gatepost.Explain.Bounces;

/// <summary>Recipients that a provider's notice lists without their domain, on lines of their own below a sentence that ends in a
/// colon.</summary>
internal static class BareNames
{
    private const int MaxNames = 50;

    /// <summary>The names, completed by the returned message's recipients or by the reporter's own domain.</summary>
    public static List<string> Find(Notice notice, Layout layout, string? reporter)
    {
        var found = new List<string>();
        if (reporter is null)
            return found;
        bool listed = false;
        for (int line = 0; line < notice.Lines && found.Count < MaxNames; line++)
        {
            var text = notice.Passage.Line(line);
            var name = text.Trim(" \t-*<>\"'");
            if (name.IsEmpty)
                continue;
            bool bare = listed && char.IsWhiteSpace(text[0]) && IsName(name);
            if (bare)
                found.Add(Complete(name, layout, reporter));
            else
                listed = name.EndsWith(":") && name.Contains(' ')
                    && (notice.Phrases.RecipientBefore.IsIn(name) || notice.Phrases.Failure.IsIn(name));
        }

        return found;
    }

    /// <summary>A local part as providers give them out: no blank, a letter first.</summary>
    private static bool IsName(ReadOnlySpan<char> text)
    {
        if (text.Length is < 2 or > 64 || !char.IsAsciiLetterOrDigit(text[0]) || text.EndsWith(":"))
            return false;
        foreach (char c in text)
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('.' or '_' or '-' or '+'))
                return false;
        return true;
    }

    private static string Complete(ReadOnlySpan<char> name, Layout layout, string reporter)
    {
        if (ReturnedRecipient.Of(layout) is { } returned
            && returned.AsSpan(0, returned.IndexOf('@')).Equals(name, StringComparison.OrdinalIgnoreCase))
            return returned;
        return string.Concat(name, reporter.AsSpan(reporter.IndexOf('@')));
    }
}
