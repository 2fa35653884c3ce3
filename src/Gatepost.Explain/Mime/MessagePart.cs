using Gatepost.Explain.Text;

namespace Gatepost.Explain.Mime;

/// <summary>A message or one part of it, by places in the document: nothing is copied until it is read.</summary>
internal sealed class MessagePart(ReadOnlyMemory<byte> document, HeaderBlock header, int bodyStart, int bodyEnd, string number)
{
    /// <summary>Octets of a part that are read; sentences of mail systems are a thousandth of it.</summary>
    public const int Longest = 256 * 1024;

    private SourceText? passage;

    public HeaderBlock Header { get; } = header;

    public int BodyStart { get; } = bodyStart;

    public int BodyEnd { get; } = bodyEnd;

    /// <summary><c>1</c>, <c>1.2</c>; empty for the message itself.</summary>
    public string Number { get; } = number;

    public ContentType Type { get; } = ContentType.Read(header["Content-Type"]);

    public List<MessagePart> Children { get; } = [];

    public bool IsAttachment => Header["Content-Disposition"]?.StartsWith("attachment", StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>Name of the file that the part would be saved as, or empty.</summary>
    public string FileName => NameIn(Header["Content-Disposition"], "filename") ?? NameIn(Header["Content-Type"], "name") ?? "";

    /// <summary>The parts that have no parts themselves, in the order of the message.</summary>
    public IEnumerable<MessagePart> Leaves() => Children.Count == 0 ? [this] : Children.SelectMany(child => child.Leaves());

    /// <summary>The part's octets with the transfer encoding undone; null if they are more than <paramref name="most"/>.</summary>
    public byte[]? Octets(int most)
    {
        if (BodyEnd - BodyStart > most)
            return null;
        var raw = document.Span[BodyStart..BodyEnd];
        string encoding = (Header["Content-Transfer-Encoding"] ?? "").Trim();
        if (encoding.StartsWith("base64", StringComparison.OrdinalIgnoreCase))
        {
            // The text decoder makes line ends alike, which breaks what is packed.
            byte[] letters = new byte[raw.Length];
            int count = 0;
            foreach (byte octet in raw)
                if (octet is not ((byte)'\r' or (byte)'\n' or (byte)' ' or (byte)'\t'))
                    letters[count++] = octet;
            byte[] whole = new byte[(count / 4 * 3) + 3];
            System.Buffers.Text.Base64.DecodeFromUtf8(letters.AsSpan(0, count / 4 * 4), whole, out _, out int written);
            return whole[..written];
        }

        if (!encoding.StartsWith("quoted", StringComparison.OrdinalIgnoreCase))
            return raw.ToArray();
        byte[] clean = TransferEncoding.QuotedPrintable(raw, BodyStart, [], out int length);
        return clean[..length];
    }

    private static string? NameIn(string? field, string parameter)
    {
        int at = field?.IndexOf(parameter + "=", StringComparison.OrdinalIgnoreCase) ?? -1;
        if (at < 0)
            return null;
        var value = field.AsSpan(at + parameter.Length + 1).TrimStart();
        int end = value is ['"', ..] ? value[1..].IndexOf('"') + 1 : value.IndexOfAny(';', ' ');
        return (end <= 0 ? value : value[..end]).Trim("\" ").ToString();
    }

    /// <summary>The part's own text, decoded; markup blanked in HTML. At most <paramref name="longest"/> octets of it.</summary>
    public SourceText Read(int longest = Longest) => passage ??= Decode(Math.Min(BodyEnd, BodyStart + longest));

    private SourceText Decode(int end)
    {
        var raw = document.Span[BodyStart..Math.Max(BodyStart, end)];
        var offsets = new List<int>();
        string encoding = (Header["Content-Transfer-Encoding"] ?? "").Trim().ToLowerInvariant();
        bool verbatim = !(
            encoding.StartsWith("quoted", StringComparison.Ordinal) || encoding.StartsWith("base64", StringComparison.Ordinal));
        int length;
        byte[] clean = encoding switch
        {
            ['q', 'u', 'o', 't', 'e', 'd', ..] => TransferEncoding.QuotedPrintable(raw, BodyStart, offsets, out length),
            ['b', 'a', 's', 'e', '6', '4', ..] => TransferEncoding.Base64(raw, BodyStart, offsets, out length),
            _ => TransferEncoding.Verbatim(raw, BodyStart, offsets, out length),
        };

        string source = Charsets.Decode(clean.AsSpan(0, length), Type.Charset);
        string text = Type.Media == "text/html" ? HtmlText.Blank(source) : source;
        return new SourceText(Number, text, source, [.. offsets], verbatim);
    }
}
