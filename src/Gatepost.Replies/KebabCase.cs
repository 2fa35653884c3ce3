using System.Collections.Frozen;
using System.Text.Json;

namespace Gatepost.Replies;

/// <summary>How members of an enum are written in JSON, in files of words and in keys of texts: <c>mta-sts</c>.</summary>
public static class KebabCase
{
    /// <summary>The member's name; the number of one that is not named.</summary>
    public static string Of<T>(T value)
        where T : struct, Enum => Names<T>.All.GetValueOrDefault(value) ?? value.ToString();

    private static class Names<T>
        where T : struct, Enum
    {
        public static readonly FrozenDictionary<T, string> All = Enum.GetValues<T>().Distinct()
            .ToFrozenDictionary(value => value, value => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString()));
    }
}
