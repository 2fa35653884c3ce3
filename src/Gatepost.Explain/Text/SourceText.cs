using System.Text;

namespace Gatepost.Explain.Text;

/// <summary>
/// One readable stretch of a document: decoded, its lines ended by <c>\n</c> whatever they were ended by, and the way back to the file.
/// </summary>
/// <remarks>
/// <see cref="Text"/> is what is read, <see cref="Source"/> what was there. They have the same length and differ only where
/// markup was blanked, so a place in one is the same place in the other.
/// </remarks>
internal sealed class SourceText
{
    private readonly int[] lineOffsets;
    private readonly bool verbatim;
    private int[]? lineStarts;
    private int[]? sourceStarts;

    /// <param name="part">Number of the MIME part (<c>1.2</c>), <c>header</c>, or empty if the document has no parts.</param>
    /// <param name="text">What is read.</param>
    /// <param name="source">What was there; same length.</param>
    /// <param name="lineOffsets">For each line its first octet in the file; may be shorter where lines were not distinguished.</param>
    /// <param name="verbatim">True if the octets of the file are these characters, so that columns count too.</param>
    public SourceText(string part, string text, string source, int[] lineOffsets, bool verbatim)
    {
        Part = part;
        Text = text;
        Source = source;
        this.lineOffsets = lineOffsets;
        this.verbatim = verbatim;
    }

    /// <summary>Fills a respelled text where an escape was longer; excerpts leave it out.</summary>
    public const char Filler = '\u2060';

    public string Part { get; }

    public string Text { get; }

    public string Source { get; }

    public int Lines => Starts.Length;

    private int[] Starts => lineStarts ??= FindStarts(Text);

    /// <summary>A passage that is not part of a larger file.</summary>
    public static SourceText Of(string text, string part = "", int offset = 0) => new(part, text, text, [offset], verbatim: true);

    /// <summary>
    /// True if <see cref="Text"/> spells the same words with other characters (qmail's underscores), so that they are still one
    /// quotation.
    /// </summary>
    public bool IsRespelled { get; private init; }

    /// <summary>The same passage, or its beginning, with some characters replaced by what they mean.</summary>
    public SourceText Respelled(string text) => new(Part, text, Source[..text.Length], lineOffsets, verbatim) { IsRespelled = true };

    public int StartOfLine(int line) => Starts[line];

    /// <summary>The line without its end.</summary>
    public ReadOnlySpan<char> Line(int line)
    {
        int start = Starts[line];
        int end = line + 1 < Starts.Length ? Starts[line + 1] - 1 : Text.Length;
        return Text.AsSpan(start, Math.Max(0, end - start));
    }

    public int LineAt(int index)
    {
        int found = Array.BinarySearch(Starts, index);
        return found >= 0 ? found : ~found - 1;
    }

    private int[] SourceStarts => ReferenceEquals(Text, Source) ? Starts : sourceStarts ??= FindStarts(Source);

    /// <summary>The line as it was in the document, whatever lines were joined for reading.</summary>
    public int SourceLineAt(int index)
    {
        int found = Array.BinarySearch(SourceStarts, index);
        return found >= 0 ? found : ~found - 1;
    }

    /// <summary>Where that character is in the file, in octets; the start of its line where the part was encoded.</summary>
    public int OffsetOf(int index)
    {
        int[] starts = SourceStarts;
        int line = SourceLineAt(index);
        if (line >= lineOffsets.Length)
            return lineOffsets.Length == 0 ? 0 : lineOffsets[^1];
        int offset = lineOffsets[line];
        return verbatim ? offset + Encoding.UTF8.GetByteCount(Source.AsSpan(starts[line], index - starts[line])) : offset;
    }

    private static int[] FindStarts(string text)
    {
        var starts = new List<int>(text.Length / 40) { 0 };
        for (int at = text.IndexOf('\n'); at >= 0; at = text.IndexOf('\n', at + 1))
            starts.Add(at + 1);
        return [.. starts];
    }
}
