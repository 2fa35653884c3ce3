namespace Gatepost.Smtp.Search;

/// <summary>Names that a bare word may be. Compared without case.</summary>
public sealed class SearchNames(IEnumerable<string> rules, IEnumerable<string> entries, IEnumerable<string> reasons)
{
    private readonly HashSet<string> rules = new(rules, StringComparer.OrdinalIgnoreCase),
        entries = new(entries, StringComparer.OrdinalIgnoreCase),
        reasons = new(reasons, StringComparer.OrdinalIgnoreCase);

    /// <summary>The kinds of name that the word is; a rule and its entry often have the same name.</summary>
    internal List<SearchKey> KeysOf(string word)
    {
        var keys = new List<SearchKey>(3);
        if (rules.Contains(word))
            keys.Add(new SearchKey(SearchKind.Rule, word));
        if (entries.Contains(word))
            keys.Add(new SearchKey(SearchKind.Entry, word));
        if (reasons.Contains(word))
            keys.Add(new SearchKey(SearchKind.Reason, word));
        return keys;
    }
}
