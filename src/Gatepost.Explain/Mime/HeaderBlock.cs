using System.Text;
using Gatepost.Explain.Text;
using MimeKit.Utils;

namespace Gatepost.Explain.Mime;

/// <summary>The header fields of a message or part: found once, unfolded and decoded only when asked for.</summary>
/// <remarks>
/// Apart from the server's <c>HeaderReader</c> on purpose. This one reads bounces as people paste them and old servers wrote them: an mbox
/// line in front, folds without their blank, no empty line before the body. It guesses what was meant, and a wrong guess costs an
/// explanation. The server's reader decides who may send and what is signed; there a guess would be a hole, so it is strict and reports a
/// header it cannot read to the end.
/// </remarks>
internal sealed class HeaderBlock
{
    /// <summary>More fields than this are not read; real bounces have a few dozen.</summary>
    private const int MaxFields = 500;

    private readonly ReadOnlyMemory<byte> document;
    private readonly List<(int Name, int NameEnd, int End)> fields = [];

    private HeaderBlock(ReadOnlyMemory<byte> document) => this.document = document;

    /// <summary>First octet after the empty line that ends the header.</summary>
    public int End { get; private set; }

    /// <summary>
    /// Reads the header that starts at <paramref name="start"/>. Tolerates envelope lines of mbox, missing white space on folded lines and
    /// a missing empty line.
    /// </summary>
    public static HeaderBlock Read(ReadOnlyMemory<byte> document, int start, int end)
    {
        var block = new HeaderBlock(document);
        var raw = document.Span[..end];
        int at = start;
        bool open = false;
        while (at < end)
        {
            int lineStart = at;
            var line = LineEnd.Read(raw, ref at);
            if (IsBlank(line))
            {
                block.End = at;
                return block;
            }

            if (line[0] is (byte)' ' or (byte)'\t' && block.fields.Count > 0)
            {
                block.Extend(lineStart + line.Length);
                open = EndsOpen(line);
                continue;
            }

            int colon = NameLength(line);
            if (colon > 0 && block.fields.Count < MaxFields)
            {
                block.fields.Add((lineStart, lineStart + colon, lineStart + line.Length));
                open = EndsOpen(line);
            }
            else if (block.fields.Count == 0 && (line.StartsWith("From "u8) || line.StartsWith(">From "u8)))
            {
                // The envelope line of an mbox.
            }
            else if (open)
            {
                block.Extend(lineStart + line.Length);
                open = EndsOpen(line);
            }
            else if (colon <= 0)
            {
                // No header line and no empty line before it: the body has begun.
                block.End = lineStart;
                return block;
            }
        }

        block.End = end;
        return block;
    }

    /// <summary>The first field of that name, unfolded, or null.</summary>
    public string? this[string name] => Find(name) is var index and >= 0 ? Value(index) : null;

    public bool Has(string name) => Find(name) >= 0;

    public int Find(string name, int from = 0)
    {
        var raw = document.Span;
        for (int i = from; i < fields.Count; i++)
        {
            var (start, nameEnd, _) = fields[i];
            if (nameEnd - start == name.Length && Ascii.EqualsIgnoreCase(raw[start..nameEnd], name))
                return i;
        }

        return -1;
    }

    /// <summary>Every value of fields of that name.</summary>
    public IEnumerable<string> All(string name)
    {
        for (int i = Find(name); i >= 0; i = Find(name, i + 1))
            yield return Value(i);
    }

    /// <summary>Unfolded, encoded words still encoded.</summary>
    public string Value(int index)
    {
        var (_, nameEnd, end) = fields[index];
        var raw = document.Span[nameEnd..end];
        raw = raw[(raw.IndexOf((byte)':') + 1)..];
        string text = Charsets.Decode(raw, null);
        return text.AsSpan().ContainsAny('\r', '\n', '\t') ? Unfold(text) : text.Trim();
    }

    /// <summary>With encoded words decoded (RFC 2047).</summary>
    public string? Decoded(string name)
    {
        string? value = this[name];
        return value is not null && value.Contains("=?", StringComparison.Ordinal) ? Rfc2047.DecodeText(Encoding.UTF8.GetBytes(value))
            : value;
    }

    /// <summary>The field as a passage, so that its words can be quoted.</summary>
    public SourceText Passage(int index, string part)
    {
        var (_, nameEnd, end) = fields[index];
        int start = nameEnd + document.Span[nameEnd..end].IndexOf((byte)':') + 1;
        var offsets = new List<int>();
        byte[] clean = TransferEncoding.Verbatim(document.Span[start..end], start, offsets, out int length);
        string text = Charsets.Decode(clean.AsSpan(0, length), null);
        bool encoded = text.Contains("=?", StringComparison.Ordinal);
        if (encoded)
            text = Rfc2047.DecodeText(Encoding.UTF8.GetBytes(Unfold(text)));
        return new SourceText(part, text, text, encoded ? [start] : [.. offsets], verbatim: !encoded);
    }

    private void Extend(int end) => fields[^1] = fields[^1] with { End = end };

    private static string Unfold(string text)
    {
        var unfolded = new StringBuilder(text.Length);
        bool blank = true;
        foreach (char c in text)
        {
            bool space = c is ' ' or '\t' or '\r' or '\n';
            if (!space)
                unfolded.Append(c);
            else if (!blank)
                unfolded.Append(' ');
            blank = space;
        }

        return unfolded.ToString().TrimEnd();
    }

    private static bool IsBlank(ReadOnlySpan<byte> line) => line.IsEmpty || line.TrimStart(" \t"u8).IsEmpty;

    private static bool EndsOpen(ReadOnlySpan<byte> line)
    {
        line = line.TrimEnd(" \t"u8);
        return !line.IsEmpty && line[^1] == ';';
    }

    /// <summary>Octets of the field's name, or 0 where the line is no header line. Blanks before the colon are forgiven.</summary>
    internal static int NameLength(ReadOnlySpan<byte> line)
    {
        int at = 0;
        while (at < line.Length && at < 78 && line[at] is > 32 and < 127 and not (byte)':')
            at++;
        int colon = at;
        while (colon < line.Length && line[colon] is (byte)' ' or (byte)'\t')
            colon++;
        return at > 0 && colon < line.Length && line[colon] == ':' ? at : 0;
    }
}
