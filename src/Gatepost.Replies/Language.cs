namespace Gatepost.Replies;

/// <summary>A language in which the catalogue speaks. There are as many as there are folders of words.</summary>
/// <param name="Code">Of RFC 5646, lower case, two letters: <c>en</c>; the name of the folder.</param>
public readonly record struct Language(string Code)
{
    /// <summary>What a text falls back to where a language lacks it.</summary>
    public static Language English { get; } = new("en");

    public override string ToString() => Code;
}

/// <summary>The languages that come with the program.</summary>
/// <remarks>A configuration folder may add more: <see cref="Catalogue.ReplyDatabase.Languages"/>.</remarks>
public static class Languages
{
    /// <summary>English first; every entry is complete in each (a test).</summary>
    public static IReadOnlyList<Language> All { get; } =
        [.. CompiledWords.BuiltIn.Select(words => new Language(words.Code))];

    /// <summary><c>en</c> or <c>ru</c>: the name of the folder with its words.</summary>
    public static string Code(this Language language) => language.Code;

    /// <summary>
    /// The language of a tag such as <c>ru</c>, <c>ru-RU</c> or <c>ru_RU.UTF-8</c>; null if there are no words in it.
    /// </summary>
    public static Language? Find(string? tag, IReadOnlyList<Language> known)
    {
        if (tag is null || tag.Length < 2 || (tag.Length > 2 && char.IsAsciiLetter(tag[2])))
            return null;
        foreach (var language in known)
        {
            if (tag.AsSpan(0, 2).Equals(language.Code, StringComparison.OrdinalIgnoreCase))
                return language;
        }

        return null;
    }
}
