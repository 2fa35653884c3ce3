using System.Text;

namespace Gatepost.Smtp.Message;

/// <summary>The servers a message has passed, as its Received fields name them (RFC 5321 §4.4), and where they loop.</summary>
public static class ReceivedPath
{
    /// <summary>Fields that are read: a loop shows in the newest of them.</summary>
    private const int MostFields = 200;

    /// <summary>Octets of a name in what is said of it.</summary>
    private const int LongestName = 100;

    /// <param name="header">The beginning of the message; the newest field comes first.</param>
    /// <returns>The server that passes the message back, and the one it goes back to; null if no server comes twice.</returns>
    public static (string From, string To)? FindLoop(MessageHeader header)
    {
        var passed = new List<string>();
        int fields = 0;
        foreach (var field in header)
        {
            if (!field.Is("Received"u8) || fields++ >= MostFields || ReceiverOf(field.Unfolded()) is not { } name)
                continue;
            // A filter behind a server adds a field of the same name, which is no way back.
            if (passed.Count == 0 || !passed[^1].Equals(name, StringComparison.OrdinalIgnoreCase))
                passed.Add(name);
        }

        if (passed is [var only] && fields > 2)
            return (only, only);

        // The newest server that comes again further down: the one below it had the message last before it came back.
        for (int newer = 0; newer < passed.Count - 1; newer++)
        {
            int older = passed.FindIndex(newer + 1, name => name.Equals(passed[newer], StringComparison.OrdinalIgnoreCase));
            if (older > newer)
                return (passed[newer + 1], passed[newer]);
        }

        return null;
    }

    /// <summary>What follows <c>by</c>; comments are left out, as some servers put whole sentences into them.</summary>
    private static string? ReceiverOf(string value)
    {
        var plain = new StringBuilder(value.Length);
        int depth = 0;
        foreach (char c in value)
        {
            if (c == '(')
                depth++;
            else if (c == ')' && depth > 0)
                depth--;
            else if (depth == 0)
                plain.Append(c is '\t' or ';' ? ' ' : c);
        }

        string[] words = plain.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        int by = Array.FindIndex(words, word => word.Equals("by", StringComparison.OrdinalIgnoreCase));
        return by >= 0 && by + 1 < words.Length ? words[by + 1][..Math.Min(words[by + 1].Length, LongestName)] : null;
    }
}
