using System.Globalization;
using System.Text;

namespace Gatepost.Replies;

/// <summary>The words of a form, cut at their placeholders once, so that saying them only joins.</summary>
internal sealed class ReplyTemplate
{
    /// <summary>Most octets of UTF-8 that one value may take, and the least it is cut to where several share a line.</summary>
    private const int MaxValue = 255, MinValue = 24;

    private readonly string id;
    private readonly string[] words;
    private readonly string[] names;
    private readonly int room;

    /// <param name="form">Code, status and words.</param>
    /// <param name="id">Of the entry, for complaints.</param>
    public ReplyTemplate(ReplyForm form, string id)
    {
        this.id = id;
        var cut = form.Text.Split('{');
        names = new string[cut.Length - 1];
        words = new string[cut.Length];
        words[0] = cut[0];
        for (int i = 1; i < cut.Length; i++)
        {
            int close = cut[i].IndexOf('}');
            names[i - 1] = cut[i][..close];
            words[i] = cut[i][(close + 1)..];
        }

        room = RoomForValues(form);
    }

    /// <exception cref="ArgumentException">A placeholder has no value.</exception>
    public string Fill((string Name, object? Value)[] arguments)
    {
        if (names.Length == 0)
            return words[0];
        if (names.Length == 1)
            return string.Concat(words[0], ValueOf(names[0], arguments), words[1]);

        var parts = new string[words.Length + names.Length];
        parts[0] = words[0];
        for (int i = 0; i < names.Length; i++)
        {
            parts[(2 * i) + 1] = ValueOf(names[i], arguments);
            parts[(2 * i) + 2] = words[i + 1];
        }

        return string.Concat(parts);
    }

    private string ValueOf(string name, (string Name, object? Value)[] arguments)
    {
        foreach (var (known, value) in arguments)
        {
            if (known == name)
                return SafeValue(value);
        }

        throw new ArgumentException($"reply {id} needs a value for {{{name}}}", nameof(arguments));
    }

    /// <summary>A list of strings becomes one line each; anything else stays on its line.</summary>
    private string SafeValue(object? value) => value is IReadOnlyList<string> lines
        ? string.Join('\n', lines.Select(static line => SafeText.InOctets(line, MaxValue).ToString()))
        : SafeText.InOctets(value as string ?? Convert.ToString(value, CultureInfo.InvariantCulture) ?? "", room);

    /// <summary>Octets that each value may take so that the words behind it still fit the line: who sends an endless address must read
    /// why it was refused.</summary>
    private static int RoomForValues(ReplyForm form)
    {
        int room = MaxValue;
        foreach (string line in form.Text.Split('\n'))
        {
            int values = line.Count(letter => letter == '{');
            int literal = Encoding.UTF8.GetByteCount(line);
            int status = form.Status is null ? 0 : 11;
            // After a refusal comes the id of its verdict, " [G-XXXXXXXX]": without it the record cannot be found.
            int id = form.Code >= 400 ? 14 : 0;
            if (values > 0)
                room = Math.Min(room, (Reply.MaxLine - 6 - status - id - literal) / values);
        }

        return Math.Max(room, MinValue);
    }
}
