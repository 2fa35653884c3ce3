using System.Globalization;
using System.Net;
using System.Text;

namespace Gatepost.Replies;

/// <summary>Everything said to people in one language. What the language lacks is said in English.</summary>
/// <remarks>
/// A text may have placeholders: <c>{name}</c> is the value, <c>{name|message|messages}</c> the form that belongs to the number, in the
/// order of the language's plural rule.
/// </remarks>
public sealed class Texts
{
    private readonly MessageCatalogue own;
    private readonly MessageCatalogue english;

    internal Texts(Language language, MessageCatalogue own, MessageCatalogue english)
    {
        Language = language;
        this.own = own;
        this.english = english;
    }

    public Language Language { get; }

    /// <summary>What comes with the program, in English.</summary>
    public static Texts English => field ??= InEnglish();

    private static Texts InEnglish()
    {
        var words = new MessageCatalogue(CompiledWords.BuiltIn.FirstOrDefault(words => words.Code == Language.English.Code));
        return new Texts(Language.English, words, words);
    }

    /// <summary>The text under a key, its placeholders filled in.</summary>
    /// <param name="key">As in the words files: <c>trace.session</c> is <c>session</c> below <c>[text.trace]</c>.</param>
    /// <param name="arguments">One value for each placeholder.</param>
    public string Say(string key, params ReadOnlySpan<(string Name, object? Value)> arguments)
    {
        var names = new string[arguments.Length];
        object?[] values = new object?[arguments.Length];
        for (int i = 0; i < arguments.Length; i++)
            (names[i], values[i]) = arguments[i];
        return Find(key) is var (text, from) ? Fill(text, from, names, values) : key;
    }

    /// <summary>Whether there is a text under a key, in this language or in English.</summary>
    public bool Has(string key) => Find(key) is not null;

    /// <summary>A finding as a sentence.</summary>
    public string Show(Finding finding)
    {
        if (finding.Id == Finding.Recorded)
            return (string)finding.Arguments[0]!;
        if (finding.Entry is { } entry && Find("evidence." + entry.Id) is var (text, from))
            return Fill(text, from, entry.Parameters, finding.Arguments);
        // Of another version: what is known of it is better than nothing.
        return finding.Arguments.Count == 0 ? finding.Id : $"{finding.Id} ({string.Join(", ", finding.Arguments.Select(Show))})";
    }

    /// <summary>What a fact is called.</summary>
    public string Label(Fact fact)
    {
        if (fact.Entry is not { } entry)
            return fact.About is null ? fact.Key : $"{fact.Key} {Show(fact.About)}";
        return Find("fact." + entry.Key) is var (text, from) ? Fill(text, from, ["about"], [fact.About]) : entry.Key;
    }

    /// <summary>A value as people read it: numbers and times in one form, durations and sizes with their unit.</summary>
    public string Show(object? value) => value switch
    {
        null => "",
        string text => text,
        Finding finding => Show(finding),
        Octets octets => Say("unit.octets", ("count", octets.Count)),
        TimeSpan span => Duration(span),
        DateTimeOffset instant => instant.UtcDateTime.ToString("u", CultureInfo.InvariantCulture),
        double real => real.ToString("0.#", CultureInfo.InvariantCulture),
        IPAddress address => address.ToString(),
        IReadOnlyList<string> list => string.Join(", ", list),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };

    /// <summary>The two largest units that are not zero: <c>1 h 30 min</c>.</summary>
    private string Duration(TimeSpan span)
    {
        if (span < TimeSpan.FromMinutes(1))
            return Say("unit.seconds", ("count", span.TotalSeconds.ToString("0.#", CultureInfo.InvariantCulture)));
        (string Unit, int Count)[] units = [
            ("unit.days", span.Days), ("unit.hours", span.Hours), ("unit.minutes", span.Minutes), ("unit.seconds", span.Seconds)];
        return string.Join(' ', units.Where(unit => unit.Count != 0).Take(2).Select(unit => Say(unit.Unit, ("count", unit.Count))));
    }

    /// <summary>A text of this language with its placeholders filled in.</summary>
    internal string Fill(string text, IReadOnlyList<string> names, IReadOnlyList<object?> values) => Fill(text, own, names, values);

    private (string Text, MessageCatalogue From)? Find(string key) =>
        own.Text(key) is { } text ? (text, own) : english.Text(key) is { } instead ? (instead, english) : null;

    private string Fill(string text, MessageCatalogue from, IReadOnlyList<string> names, IReadOnlyList<object?> values)
    {
        if (!text.Contains('{'))
            return text;
        var filled = new StringBuilder(text.Length + 32);
        int at = 0;
        while (at < text.Length)
        {
            int open = text.IndexOf('{', at);
            int close = open < 0 ? -1 : text.IndexOf('}', open);
            if (close < 0)
                break;
            filled.Append(text, at, open - at);
            string[] parts = text[(open + 1)..close].Split('|');
            int place = IndexOf(names, parts[0]);
            if (place < 0)
                filled.Append(text, open, close - open + 1);
            else
                filled.Append(parts.Length == 1 ? Show(values[place]) : Plurals.Choose(from.PluralRule, values[place], parts.AsSpan(1)));
            at = close + 1;
        }

        return filled.Append(text, at, text.Length - at).ToString();
    }

    private static int IndexOf(IReadOnlyList<string> names, string name)
    {
        for (int i = 0; i < names.Count; i++)
        {
            if (names[i] == name)
                return i;
        }

        return -1;
    }
}
