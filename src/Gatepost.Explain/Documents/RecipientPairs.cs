using Gatepost.Explain.Observations;
using Gatepost.Explain.Text;

namespace Gatepost.Explain.Documents;

/// <summary>Reads what libraries print about several recipients together: <c>{'a@example.org': (550, b'5.1.1 ...'), 'b@...': (450,
/// b'...')}</c>.</summary>
internal static class RecipientPairs
{
    private const int MaxPairs = 200;

    public static List<Observation> Read(SourceText passage)
    {
        var pairs = new List<Observation>();
        var text = passage.Text.AsSpan();
        for (int at = 0; pairs.Count < MaxPairs && Address.Next(text, at, out int length) is var start and >= 0; at = start + length)
        {
            var (from, to) = Reply(text, start + length);
            if (to <= from)
                continue;
            string recipient = text.Slice(start, length).ToString();
            if (pairs.Exists(known => string.Equals(known.Recipient, recipient, StringComparison.OrdinalIgnoreCase)))
                continue;
            var observation = new Observation { Recipient = recipient };
            observation.Add(Excerpt.From(passage, from, to), Nearness.Reply);
            pairs.Add(observation);
        }

        return pairs;
    }

    /// <summary>The reply behind an address: <c>': (550, b'...')</c> from its code to the closing quote, or nothing.</summary>
    private static (int From, int To) Reply(ReadOnlySpan<char> text, int at)
    {
        int here = Skip(text, at, " '\">");
        if (here >= text.Length || text[here] is not (':' or '='))
            return default;
        here = Skip(text, here + 1, " >=");
        if (here >= text.Length || text[here] is not ('(' or '['))
            return default;
        int code = Skip(text, here + 1, " ");
        if (code + 4 > text.Length || text[code] is not ('4' or '5') || !char.IsAsciiDigit(text[code + 1])
            || !char.IsAsciiDigit(text[code + 2]) || text[code + 3] != ',')
            return default;
        int open = Skip(text, code + 4, " bru");
        if (open >= text.Length || text[open] is not ('\'' or '"'))
            return default;
        int close = text[(open + 1)..].IndexOf([text[open], ')']);
        return (code, close < 0 ? text.Length : open + 1 + close);
    }

    private static int Skip(ReadOnlySpan<char> text, int at, string skipped)
    {
        while (at < text.Length && skipped.Contains(text[at]))
            at++;
        return at;
    }
}
