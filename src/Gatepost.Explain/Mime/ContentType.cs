namespace Gatepost.Explain.Mime;

/// <summary>A content type and the parameters bounces need, read tolerantly (RFC 2045 §5.1).</summary>
/// <param name="Media">Lower case, <c>text/plain</c> where nothing is declared.</param>
internal sealed record ContentType(string Media, string? Charset, string? Boundary, string? ReportType)
{
    public static ContentType Default { get; } = new("text/plain", null, null, null);

    public bool IsMultipart => Media.StartsWith("multipart/", StringComparison.Ordinal);

    public bool IsText => Media.StartsWith("text/", StringComparison.Ordinal);

    public static ContentType Read(string? value)
    {
        if (string.IsNullOrWhiteSpace(value))
            return Default;
        int semicolon = value.IndexOf(';');
        string media = (semicolon < 0 ? value : value[..semicolon]).Trim().Trim('"').ToLowerInvariant();
        if (media.IndexOf(' ') is var blank and > 0)
            media = media[..blank];
        if (!media.Contains('/'))
            media = media == "text" ? "text/plain" : "application/octet-stream";
        return semicolon < 0
            ? new ContentType(media, null, null, null)
            : new ContentType(media, Parameter(value, "charset"), Parameter(value, "boundary"),
                Parameter(value, "report-type"));
    }

    /// <summary>A parameter of a structured field, quotes taken off.</summary>
    public static string? Parameter(string value, string name)
    {
        for (int at = value.IndexOf(';'); at >= 0; at = value.IndexOf(';', at + 1))
        {
            var rest = value.AsSpan(at + 1).TrimStart();
            if (!rest.StartsWith(name, StringComparison.OrdinalIgnoreCase))
                continue;
            rest = rest[name.Length..].TrimStart();
            if (rest.IsEmpty || rest[0] != '=')
                continue;
            rest = rest[1..].TrimStart();
            if (!rest.IsEmpty && rest[0] == '"')
            {
                int close = rest[1..].IndexOf('"');
                return rest.Slice(1, close < 0 ? rest.Length - 1 : close).ToString();
            }

            int end = rest.IndexOfAny(';', ' ');
            return (end < 0 ? rest : rest[..end]).ToString();
        }

        return null;
    }
}
