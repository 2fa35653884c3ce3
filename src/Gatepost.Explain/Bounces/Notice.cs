using Gatepost.Explain.Text;

namespace Gatepost.Explain.Bounces;

/// <summary>The words a mail system wrote to a person, without the returned original below them.</summary>
internal sealed class Notice
{
    private Notice(SourceText passage, int lines, int returned, string? returnedTo)
    {
        Passage = passage;
        Lines = lines;
        ReturnedAt = returned;
        ReturnedTo = returnedTo;
    }

    public SourceText Passage { get; }

    /// <summary>How many lines belong to the notice.</summary>
    public int Lines { get; }

    /// <summary>The line at which a returned header begins, or -1.</summary>
    public int ReturnedAt { get; }

    /// <summary>The <c>To:</c> of the returned header, if it stands in the running text.</summary>
    public string? ReturnedTo { get; }

    /// <summary>First character behind the notice.</summary>
    public int End => Lines < Passage.Lines ? Passage.StartOfLine(Lines) : Passage.Text.Length;

    /// <summary>Where its sentences end: report fields may be strewn in below them.</summary>
    public int EndOfWords => FieldsAt >= 0 && FieldsAt < Lines ? Passage.StartOfLine(FieldsAt) : End;

    /// <summary>The line at which report fields begin in the running text, or -1.</summary>
    public int FieldsAt { get; set; } = -1;

    public static Notice Read(SourceText passage)
    {
        int lines = Math.Min(passage.Lines, 4000);
        for (int line = 0; line < lines; line++)
        {
            var text = passage.Line(line);
            if (text.IsWhiteSpace())
                continue;
            if (IsMarker(text) && line > 0)
            {
                int header = NextHeader(passage, line + 1, Math.Min(lines, line + 60));
                return new Notice(passage, line, header, header < 0 ? null : ToOf(passage, header));
            }

            if (IsHeaderBlock(passage, line, lines))
                return new Notice(passage, line, line, ToOf(passage, line));
        }

        return new Notice(passage, lines, -1, null);
    }

    private static readonly string[] Markers =
    [
        "below this line is", "this is a copy of", "original message follow", "message headers follow", "message text follows", "unsent message follows",
        "original message header", "original message -", "original message:", "original message", "returned message", "your original message follow", "the original message follow",
        "original headers", "copy of your message", "copy of the message", "included is a copy", "undelivered message", "message header follow",
        "here is a copy of", "the following is a copy", "your message headers follow", "header of the original", "headers of the original", "original mail follow",
        "original mail", "start of original", "start of returned", "beginning of original", "enclosed is a copy", "a copy of the original",
        "attached is a copy", "the header of the original", "message contents follow", "the text you sent follows", "rest of the message follow", "the body of the message follow",
        "заголовки исходного", "исходное сообщение", "копия исходного", "копия вашего", "元のメッセージ", "message d'origine", "ursprüngliche nachricht", "mensaje original",
    ];

    /// <summary>A line that announces the returned message: decorated, or short and nothing else.</summary>
    private static bool IsMarker(ReadOnlySpan<char> line)
    {
        var words = line.Trim(" \t-*=|>#_+~<[]").TrimStart();
        if (words.Length is < 8 or > 90)
            return false;
        foreach (string marker in Markers)
        {
            if (!words.StartsWith(marker, StringComparison.OrdinalIgnoreCase))
                continue;
            var rest = words[marker.Length..];
            bool decorated = line.TrimStart()[0] is '-' or '*' or '=' or '|' or '#' or '_' or '>';
            return decorated || rest.Length < 45 && !rest.Holds(" was ") && !rest.Holds("received")
                && !rest.Holds("could not");
        }

        return false;
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
        name.Equals("Received", StringComparison.OrdinalIgnoreCase) || name.Equals("Return-Path", StringComparison.OrdinalIgnoreCase) || name.Equals("Message-ID", StringComparison.OrdinalIgnoreCase)
        || name.Equals("MIME-Version", StringComparison.OrdinalIgnoreCase) || name.Equals("DKIM-Signature", StringComparison.OrdinalIgnoreCase) || name.Equals("Content-Type", StringComparison.OrdinalIgnoreCase);

    private static bool IsOriginalField(ReadOnlySpan<char> name) =>
        IsSure(name) || name.Equals("From", StringComparison.OrdinalIgnoreCase) || name.Equals("To", StringComparison.OrdinalIgnoreCase) || name.Equals("Subject", StringComparison.OrdinalIgnoreCase)
        || name.Equals("Date", StringComparison.OrdinalIgnoreCase) || name.Equals("Cc", StringComparison.OrdinalIgnoreCase) || name.Equals("Reply-To", StringComparison.OrdinalIgnoreCase)
        || name.Equals("Sender", StringComparison.OrdinalIgnoreCase) || name.StartsWith("X-", StringComparison.OrdinalIgnoreCase) && !name.StartsWith("X-Gatepost", StringComparison.OrdinalIgnoreCase)
        || name.Equals("Delivered-To", StringComparison.OrdinalIgnoreCase) || name.Equals("Envelope-To", StringComparison.OrdinalIgnoreCase) || name.Equals("Content-Transfer-Encoding", StringComparison.OrdinalIgnoreCase);

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
