namespace Gatepost.Replies;

/// <summary>The languages in which the catalogue explains; every entry is complete in each (a test).</summary>
public enum Language
{
    English,
    Russian,
}

/// <summary>Between a language and its code of RFC 5646.</summary>
public static class Languages
{
    public static IReadOnlyList<Language> All { get; } = [Language.English, Language.Russian];

    /// <summary><c>en</c> or <c>ru</c>: the name of the folder with its words.</summary>
    public static string Code(this Language language) => language == Language.Russian ? "ru" : "en";

    /// <summary>The language of a tag such as <c>ru</c>, <c>ru-RU</c> or <c>ru_RU.UTF-8</c>; null where we have no words in it.</summary>
    public static Language? Find(string? tag)
    {
        if (tag is null || tag.Length < 2 || (tag.Length > 2 && char.IsAsciiLetter(tag[2])))
            return null;
        return tag[..2].ToUpperInvariant() switch
        {
            "RU" => Language.Russian,
            "EN" => Language.English,
            _ => null,
        };
    }
}
