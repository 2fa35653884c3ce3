using System.Globalization;
using System.Net;
using System.Text;

namespace Gatepost.Replies;

/// <summary>
/// Writes arguments with their types into one line of text and reads them back: <c>type length : text</c>, one behind the other.
/// </summary>
/// <remarks>
/// A finding is its id, a semicolon and its arguments. Lengths are of UTF-16 units. What cannot be read gives null, never an exception.
/// </remarks>
internal static class EvidenceRecord
{
    /// <summary>Findings inside findings: "only warns; would refuse: ..." is two deep. More was not written by us.</summary>
    private const int MaxDepth = 6;

    public static string Write(object? value)
    {
        var text = new StringBuilder();
        Append(text, value);
        return text.ToString();
    }

    public static string Write(Finding finding)
    {
        var text = new StringBuilder();
        AppendFinding(text, finding);
        return text.ToString();
    }

    private static void AppendFinding(StringBuilder to, Finding finding)
    {
        to.Append(finding.Id).Append(';');
        foreach (object? argument in finding.Arguments)
            Append(to, argument);
    }

    private static void Append(StringBuilder to, object? value)
    {
        var (type, text) = value switch
        {
            null => ('0', ""),
            string one => ('t', one),
            int or long or short or byte or uint or ushort => ('n', Convert.ToString(value, CultureInfo.InvariantCulture)!),
            double or float => ('f', Convert.ToDouble(value, CultureInfo.InvariantCulture).ToString("R", CultureInfo.InvariantCulture)),
            Octets octets => ('o', octets.Count.ToString(CultureInfo.InvariantCulture)),
            TimeSpan span => ('d', span.Ticks.ToString(CultureInfo.InvariantCulture)),
            DateTimeOffset instant => ('i', instant.UtcTicks.ToString(CultureInfo.InvariantCulture)),
            IPAddress address => ('a', address.ToString()),
            Finding finding => ('e', finding.Id == Finding.Recorded ? finding.ToRecord() : Write(finding)),
            IReadOnlyList<string> list => ('l', string.Concat(list.Select(item => Write(item)))),
            _ => ('t', Convert.ToString(value, CultureInfo.InvariantCulture) ?? ""),
        };
        if (value is Finding { Id: Finding.Recorded })
            type = 't';
        to.Append(type).Append(text.Length).Append(':').Append(text);
    }

    /// <summary>One value; null if it is none or cannot be read.</summary>
    public static object? Read(ReadOnlySpan<char> text) => Read(ref text, 0, out object? value) && text.IsEmpty ? value : null;

    /// <summary>A finding without its mark; null if it is none.</summary>
    public static Finding? ReadFinding(ReadOnlySpan<char> text) => ReadFinding(text, 0);

    private static Finding? ReadFinding(ReadOnlySpan<char> text, int depth)
    {
        int end = text.IndexOf(';');
        if (end <= 0 || depth > MaxDepth || text[..end].ContainsAnyExcept(FactEntry.Letters))
            return null;

        string id = text[..end].ToString();
        text = text[(end + 1)..];
        var arguments = new List<object?>();
        while (!text.IsEmpty)
        {
            if (!Read(ref text, depth, out object? value))
                return null;
            arguments.Add(value);
        }

        var entry = EvidenceEntry.Find(id);
        return new Finding(entry?.Parameters.Count == arguments.Count ? entry : null, id, arguments);
    }

    private static bool Read(ref ReadOnlySpan<char> text, int depth, out object? value)
    {
        value = null;
        int colon = text.IndexOf(':');
        if (colon < 2 || !int.TryParse(text[1..colon], NumberStyles.None, CultureInfo.InvariantCulture, out int length)
            || length > text.Length - colon - 1)
            return false;

        var body = text.Slice(colon + 1, length);
        char type = text[0];
        text = text[(colon + 1 + length)..];
        if (type == '0')
            return true;
        value = type switch
        {
            't' => body.ToString(),
            'f' => double.TryParse(body, NumberStyles.Float, CultureInfo.InvariantCulture, out double real) ? real : null,
            'a' => IPAddress.TryParse(body, out var address) ? address : null,
            'e' => ReadFinding(body, depth + 1),
            'l' => ReadList(body, depth + 1),
            'n' or 'o' or 'd' or 'i' => long.TryParse(body, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number)
                ? Number(type, number) : null,
            _ => null,
        };
        return value is not null;
    }

    private static object? Number(char type, long number) => type switch
    {
        'o' => new Octets(number),
        'd' => new TimeSpan(number),
        'i' => number >= 0 && number <= DateTimeOffset.MaxValue.Ticks ? new DateTimeOffset(number, TimeSpan.Zero) : null,
        _ => number,
    };

    private static List<string>? ReadList(ReadOnlySpan<char> text, int depth)
    {
        var list = new List<string>();
        while (!text.IsEmpty)
        {
            if (depth > MaxDepth || !Read(ref text, depth, out object? item) || item is not string one)
                return null;
            list.Add(one);
        }

        return list;
    }
}
