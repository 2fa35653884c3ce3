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

    /// <summary>The part's own text, decoded; markup blanked in HTML. At most <paramref name="longest"/> octets of it.</summary>
    public SourceText Read(int longest = Longest) => passage ??= Decode(Math.Min(BodyEnd, BodyStart + longest));

    private SourceText Decode(int end)
    {
        var raw = document.Span[BodyStart..Math.Max(BodyStart, end)];
        var offsets = new List<int>();
        string encoding = (Header["Content-Transfer-Encoding"] ?? "").Trim().ToLowerInvariant();
        bool verbatim = !(encoding.StartsWith("quoted", StringComparison.Ordinal) || encoding.StartsWith("base64", StringComparison.Ordinal));
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
