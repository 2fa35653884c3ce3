using Gatepost.Explain.Text;

namespace Gatepost.Explain.Bounces;

/// <summary>The words a mail system wrote to a person, without the returned original below them.</summary>
internal sealed class Notice
{
    private Notice(SourceText passage, NoticePhrases phrases, int lines, int returned, string? returnedTo)
    {
        Passage = passage;
        Phrases = phrases;
        Lines = lines;
        ReturnedAt = returned;
        ReturnedTo = returnedTo;
    }

    public SourceText Passage { get; }

    /// <summary>What it is read by.</summary>
    public NoticePhrases Phrases { get; }

    /// <summary>How many lines belong to the notice.</summary>
    public int Lines { get; }

    /// <summary>The line at which a returned header begins, or -1.</summary>
    public int ReturnedAt { get; }

    /// <summary>The <c>To:</c> of the returned header, if it is in the running text.</summary>
    public string? ReturnedTo { get; }

    /// <summary>A person passes on what a mail system wrote: its From is in the first lines of the text.</summary>
    public bool ForwardedFromMachine
    {
        get
        {
            for (int line = 0; line < Math.Min(Passage.Lines, 40); line++)
            {
                var text = Passage.Line(line).TrimStart("> \t*");
                int colon = text.IndexOf(':');
                if (colon is < 2 or > 12 || !Phrases.QuotedFrom.Announces(text[..(colon + 1)], out _))
                    continue;
                var from = text[(colon + 1)..];
                return Phrases.MachineName.IsIn(from) || Phrases.MachineAddress.IsIn(from.Trim(" *"))
                    || Phrases.MachineAddress.IsIn(from[(from.IndexOf('<') + 1)..]);
            }

            return false;
        }
    }

    /// <summary>First character behind the notice.</summary>
    public int End => Lines < Passage.Lines ? Passage.StartOfLine(Lines) : Passage.Text.Length;

    /// <summary>Where its sentences end: report fields may be strewn in below them.</summary>
    public int EndOfWords => FieldsAt >= 0 && FieldsAt < Lines ? Passage.StartOfLine(FieldsAt) : End;

    /// <summary>The line at which report fields begin in the running text, or -1.</summary>
    public int FieldsAt { get; set; } = -1;

    public static Notice Read(SourceText passage, NoticePhrases phrases)
    {
        int lines = Math.Min(passage.Lines, 4000);
        for (int line = 0; line < lines; line++)
        {
            var text = passage.Line(line);
            if (text.IsWhiteSpace())
                continue;
            if (line > 0 && IsMarker(phrases, text))
            {
                int header = NextHeader(passage, line + 1, Math.Min(lines, line + 60));
                return new Notice(passage, phrases, line, header, header < 0 ? null : ToOf(passage, header));
            }

            if (IsHeaderBlock(passage, line, lines))
                return new Notice(passage, phrases, line, line, ToOf(passage, line));
        }

        return new Notice(passage, phrases, lines, -1, null);
    }

    /// <summary>A line that announces the returned message: decorated, or short and nothing else.</summary>
    private static bool IsMarker(NoticePhrases phrases, ReadOnlySpan<char> line)
    {
        var words = line.Trim(" \t-*=|>#_+~<[]").TrimStart();
        if (words.Length is < 3 or > 90 || !phrases.Returned.Announces(words, out int rest))
            return false;
        bool decorated = line.TrimStart()[0] is '-' or '*' or '=' or '|' or '#' or '_' or '>';
        return decorated || (rest < 45 && !words.Holds(" was ") && !words.Holds("received") && !words.Holds("could not"));
    }

    private static int NextHeader(SourceText passage, int from, int to)
    {
        for (int line = from; line < to; line++)
            if (FieldName(passage.Line(line)) is { Length: > 0 })
                return line;
        return -1;
    }

    /// <summary>Does the header of a message begin here, at the left margin?</summary>
    private static bool IsHeaderBlock(SourceText passage, int line, int lines)
    {
        var first = FieldName(passage.Line(line));
        if (first.IsEmpty || !IsOriginalField(first))
            return false;
        bool sure = false;
        int known = 0;
        for (int i = line; i < lines && i < line + 40; i++)
        {
            var text = passage.Line(i);
            if (text.IsEmpty)
                break;
            if (char.IsWhiteSpace(text[0]))
                continue;
            var name = FieldName(text);
            if (name.IsEmpty)
                break;
            if (IsOriginalField(name))
                known++;
            if (IsSure(name))
                sure = true;
        }

        return sure && known >= 2;
    }

    private static ReadOnlySpan<char> FieldName(ReadOnlySpan<char> line)
    {
        int colon = line.IndexOf(':');
        if (colon is < 2 or > 50 || !char.IsAsciiLetter(line[0]))
            return default;
        foreach (char c in line[..colon])
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_'))
                return default;
        return line[..colon];
    }

    private static bool IsSure(ReadOnlySpan<char> name) =>
        name.Equals("Received", StringComparison.OrdinalIgnoreCase) || name.Equals("Return-Path", StringComparison.OrdinalIgnoreCase)
            || name.Equals("Message-ID", StringComparison.OrdinalIgnoreCase)
        || name.Equals("MIME-Version", StringComparison.OrdinalIgnoreCase)
        || name.Equals("DKIM-Signature", StringComparison.OrdinalIgnoreCase)
        || name.Equals("Content-Type", StringComparison.OrdinalIgnoreCase);

    private static bool IsOriginalField(ReadOnlySpan<char> name) =>
        IsSure(name) || name.Equals("From", StringComparison.OrdinalIgnoreCase) || name.Equals("To", StringComparison.OrdinalIgnoreCase)
            || name.Equals("Subject", StringComparison.OrdinalIgnoreCase)
        || name.Equals("Date", StringComparison.OrdinalIgnoreCase) || name.Equals("Cc", StringComparison.OrdinalIgnoreCase)
        || name.Equals("Reply-To", StringComparison.OrdinalIgnoreCase)
        || name.Equals("Sender", StringComparison.OrdinalIgnoreCase) || name.StartsWith("X-", StringComparison.OrdinalIgnoreCase)
        && !name.StartsWith("X-Gatepost", StringComparison.OrdinalIgnoreCase)
        || name.Equals("Delivered-To", StringComparison.OrdinalIgnoreCase) || name.Equals("Envelope-To", StringComparison.OrdinalIgnoreCase)
        || name.Equals("Content-Transfer-Encoding", StringComparison.OrdinalIgnoreCase);

    private static string? ToOf(SourceText passage, int from)
    {
        for (int line = from; line < passage.Lines && line < from + 200; line++)
        {
            var text = passage.Line(line);
            if (text.IsWhiteSpace())
                return null;
            if (text.StartsWith("To:", StringComparison.OrdinalIgnoreCase))
                return Address.First(text);
        }

        return null;
    }
}
