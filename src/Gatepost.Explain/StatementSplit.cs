using Gatepost.Explain.Observations;
using Gatepost.Explain.Text;

namespace Gatepost.Explain;

/// <summary>Takes a text apart by who speaks in it: the frame of the server or program that reports, and the reply it quotes.</summary>
/// <remarks>
/// <c>host mx.example.org refused to talk to me: 421 too many connections</c> is two statements. The frame only says at which stage it was;
/// the cause is what the other server said. A text that begins with its code is one statement of that server, whatever it quotes in turn.
/// </remarks>
internal static class StatementSplit
{
    /// <summary>A quoted reply inside a quoted reply inside a notice; deeper ones say nothing new.</summary>
    private const int MaxQuoted = 4;

    /// <summary>In quotes of no more characters there is a number without its words: <c>got code "552", with message</c>.</summary>
    private const int NumberAlone = 9;

    /// <summary>The statements of a text, the nearest to the cause first; the text itself where it is only one.</summary>
    public static void Add(List<Candidate> statements, Candidate whole)
    {
        var text = whole.Words.Text;
        int at = QuotedAt(text, 0);
        if (whole.Nearness > Nearness.Reporter || at < 0)
        {
            statements.Add(whole);
            return;
        }

        // "550 5.4.300 Message expired -> 451 4.7.323 certificate invalid": what comes last came first.
        for (int depth = 0; depth < MaxQuoted && Arrow(text, at) is var next and > 0; depth++)
            at = next;
        int end = Math.Min(EndOfReply(whole.Words, at), EndOfQuote(text, at));
        var reply = whole.Words.Slice(at, end - at);
        var nearness = whole.Nearness == Nearness.Reporter ? Nearness.QuotedReply : whole.Nearness;
        statements.Add(new Candidate(reply, CodeFinder.Read(reply.Text), nearness));
        statements.Add(new Candidate(whole.Words.Slice(0, at), CodeFinder.Read(text.AsSpan(0, at)), Nearness.Reporter));
        if (end < text.Length && text.AsSpan(end).Trim().Length > 2)
            statements.Add(new Candidate(whole.Words.Slice(end), FoundCode.None, Nearness.Reporter));
    }

    /// <summary>Where the reply of another server begins inside a text that begins with the sender's own words, or -1.</summary>
    private static int QuotedAt(string text, int from)
    {
        for (int tries = 0; tries < MaxQuoted; tries++)
        {
            var found = CodeFinder.NextCode(text, from);
            if (found.CodeAt < 0)
                return -1;
            from = found.WordsAt;
            if (found.Code is < 400 or >= 600)
                continue;
            return HasWords(text.AsSpan(0, found.CodeAt)) && HasWords(text.AsSpan(found.WordsAt)) ? found.CodeAt
                : Arrow(text, Math.Max(0, found.CodeAt));
        }

        return -1;
    }

    private static int Arrow(string text, int from)
    {
        int arrow = text.IndexOf("-> ", Math.Min(text.Length, from + 3), StringComparison.Ordinal);
        if (arrow < 0)
            return -1;
        var found = CodeFinder.NextCode(text, arrow + 3);
        return found.CodeAt >= 0 && found.CodeAt - arrow < 12 && HasWords(text.AsSpan(found.WordsAt)) ? found.CodeAt : -1;
    }

    /// <summary>At least two words of letters: less than that is a label or a remainder.</summary>
    private static bool HasWords(ReadOnlySpan<char> text)
    {
        int words = 0;
        bool inside = false;
        foreach (char c in text)
        {
            bool letter = char.IsLetter(c);
            if (letter && !inside)
                words++;
            if (c > 0x2E80)
                words++;
            inside = letter;
            if (words >= 2)
                return true;
        }

        return false;
    }

    /// <summary>Where a reply in quotes ends: what follows is the mail program's own, <c>'550 no', Port: 25, Secure(SSL): No</c>.</summary>
    private static int EndOfQuote(string text, int at)
    {
        if (at == 0 || text[at - 1] is not ('\'' or '"'))
            return text.Length;
        for (int close = text.IndexOf(text[at - 1], at); close >= 0; close = text.IndexOf(text[at - 1], close + 1))
            if (close - at > NumberAlone && (close + 1 == text.Length || text[close + 1] is ',' or ';' or ')' or ']' or '}' or '.' or '\n'))
                return close;
        return text.Length;
    }

    /// <summary>The reply goes on while lines are indented, wrapped at a full line, or repeat its code.</summary>
    private static int EndOfReply(Excerpt words, int at)
    {
        var passage = words.Passage;
        int line = passage.LineAt(words.Origin(at));
        for (int i = at; i < words.Text.Length; i++)
        {
            int here = passage.LineAt(words.Origin(i));
            if (here == line)
                continue;
            if (ReporterLines.IsOne(passage.Line(here)))
                return i;
            line = here;
        }

        return words.Text.Length;
    }
}
