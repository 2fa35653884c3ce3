using System.Globalization;

namespace Gatepost.Files;

/// <summary>The content of a <c>maildirsize</c> file (Maildir++): a line of limits, then one line <c>octets messages</c> for each
/// change.</summary>
/// <param name="Definition">The first line as it is; it is kept when the file is written again.</param>
/// <param name="MaxOctets">Its limit S; null without one.</param>
/// <param name="MaxMessages">Its limit C; null without one.</param>
/// <param name="Octets">The sum of all changes; null when a line cannot be read, so that the messages must be counted.</param>
/// <param name="Messages">Likewise.</param>
public sealed record MaildirSize(string Definition, long? MaxOctets, long? MaxMessages, long? Octets, long? Messages)
{
    /// <summary>A file of our own names no limit: the quota is in the directory, and is judged before a message is accepted.</summary>
    public const string NoLimit = "0S";

    private const int MaxDefinition = 200;

    /// <summary>Reads the lines of the file. Never fails: what cannot be read is no limit, or no sum.</summary>
    public static MaildirSize Parse(IReadOnlyList<string> lines)
    {
        string first = lines.Count > 0 && lines[0].Length < MaxDefinition ? lines[0].Trim() : "";
        long? octets = 0, messages = 0;
        for (int i = 1; i < lines.Count && octets is not null; i++)
        {
            string[] numbers = lines[i].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (numbers.Length == 0)
                continue;
            bool isChange = numbers.Length == 2 && Number(numbers[0]) is not null && Number(numbers[1]) is not null;
            (octets, messages) = isChange ? (octets + Number(numbers[0]), messages + Number(numbers[1])) : (null, null);
        }

        string definition = first.Length == 0 ? NoLimit : first;
        return new MaildirSize(definition, Limit(first, 'S'), Limit(first, 'C'), Positive(octets), Positive(messages));
    }

    private static long? Positive(long? sum) => sum is { } value ? Math.Max(0, value) : null;

    /// <summary>One of the limits of a line such as <c>1000000S,500C</c>; null when it is missing or 0.</summary>
    private static long? Limit(string definition, char unit)
    {
        foreach (string part in definition.Split(',', StringSplitOptions.TrimEntries))
        {
            var number = part.AsSpan(0, Math.Max(0, part.Length - 1));
            bool isLimit = long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out long limit) && part.EndsWith(unit);
            if (isLimit && limit > 0)
                return limit;
        }

        return null;
    }

    /// <summary>Bounded, so that no sum of them overflows.</summary>
    private static long? Number(string text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number)
            ? Math.Clamp(number, -(1L << 46), 1L << 46)
            : null;
}
