using System.Globalization;

namespace Gatepost.Replies;

/// <summary>
/// Which of a word's forms belongs to a number. A language names its rule: <c>plural</c> below <c>[language]</c> in its words.
/// </summary>
/// <remarks>The rules and the order of the forms are those of Unicode CLDR, for whole numbers.</remarks>
internal static class Plurals
{
    /// <summary>English, German, Spanish, Italian; also where a language names none.</summary>
    public const string OneOther = "one-other";

    /// <summary>The rules there are, and how many forms each has.</summary>
    public static readonly IReadOnlyDictionary<string, int> Rules = new Dictionary<string, int>(StringComparer.Ordinal)
    {
        [OneOther] = 2,
        ["french"] = 2,
        ["east-slavic"] = 3,
        ["polish"] = 3,
        ["czech"] = 3,
        ["none"] = 1,
    };

    public static string Choose(string rule, object? value, ReadOnlySpan<string> forms)
    {
        long number = value switch
        {
            Octets octets => octets.Count,
            IReadOnlyList<string> list => list.Count,
            _ => long.TryParse(Convert.ToString(value, CultureInfo.InvariantCulture), CultureInfo.InvariantCulture, out long read) ? read
                : 2,
        };
        return forms[Math.Min(IndexOf(rule, Math.Abs(number)), forms.Length - 1)];
    }

    private static int IndexOf(string rule, long number) => rule switch
    {
        "none" => 0,
        "french" => number <= 1 ? 0 : 1,
        "east-slavic" => number % 10 == 1 && number % 100 != 11 ? 0 : IsFew(number) ? 1 : 2,
        "polish" => number == 1 ? 0 : IsFew(number) ? 1 : 2,
        "czech" => number == 1 ? 0 : number is >= 2 and <= 4 ? 1 : 2,
        _ => number == 1 ? 0 : 1,
    };

    private static bool IsFew(long number) => number % 10 is >= 2 and <= 4 && number % 100 is not (>= 12 and <= 14);
}
