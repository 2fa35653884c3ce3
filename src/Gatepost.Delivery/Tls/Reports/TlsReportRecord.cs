namespace Gatepost.Delivery.Tls.Reports;

/// <summary>Where a domain wants reports about TLS: the TXT record at <c>_smtp._tls.</c> (RFC 8460 §3).</summary>
public static class TlsReportRecord
{
    /// <summary>Destinations that are served; who names more gets no more mail for it.</summary>
    public const int MostDestinations = 5;

    private const string Version = "v=TLSRPTv1";

    private const int LongestRecord = 4096;

    public static string NameOf(string domain) => "_smtp._tls." + domain;

    /// <summary>The record among the texts at that name. Exactly one must begin as one, or there is none (§3).</summary>
    public static string? Of(IReadOnlyList<string> texts)
    {
        string? found = null;
        foreach (string text in texts)
        {
            if (!IsOne(text))
                continue;
            if (found is not null)
                return null;
            found = text;
        }

        return found;
    }

    /// <summary>The <c>mailto:</c> and <c>https:</c> destinations of a record, in its order; empty if it breaks the grammar.</summary>
    public static IReadOnlyList<Uri> Destinations(string record)
    {
        if (record.Length > LongestRecord || !IsOne(record))
            return [];
        List<Uri>? destinations = null;
        string[] fields = record.Split(';');
        for (int i = 1; i < fields.Length; i++)
        {
            string field = fields[i].Trim(' ', '\t');
            // The last semicolon may end the record.
            if (field.Length == 0 && i == fields.Length - 1)
                continue;
            int equals = field.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0 || !IsName(field.AsSpan(0, equals).TrimEnd(" \t")))
                return [];
            if (!field.AsSpan(0, equals).TrimEnd(" \t").Equals("rua", StringComparison.OrdinalIgnoreCase))
                continue;
            if (destinations is not null || (destinations = Read(field[(equals + 1)..])) is null)
                return [];
        }

        return destinations is null ? [] : [.. destinations.Where(IsServed).Take(MostDestinations)];
    }

    private static bool IsOne(string text) => text.StartsWith(Version, StringComparison.Ordinal)
        && (text.Length == Version.Length || text[Version.Length] is ';' or ' ' or '\t')
        && text.AsSpan(Version.Length).TrimStart(" \t") is [] or [';', ..];

    /// <summary>Null if one of them is no URI, or none is there.</summary>
    private static List<Uri>? Read(string list)
    {
        var found = new List<Uri>();
        foreach (string text in list.Split(','))
        {
            string uri = text.Trim(' ', '\t');
            // Commas, exclamation marks and semicolons of a URI come encoded (§3).
            if (uri.Contains('!', StringComparison.Ordinal) || uri.AsSpan().IndexOfAnyExceptInRange('!', '~') >= 0
                || !Uri.TryCreate(uri, UriKind.Absolute, out var read))
                return null;
            found.Add(read);
        }

        return found;
    }

    private static bool IsServed(Uri uri) => uri.Scheme == Uri.UriSchemeMailto
        || (uri.Scheme == Uri.UriSchemeHttps && uri.Host.Length > 0 && uri.UserInfo.Length == 0);

    private static bool IsName(ReadOnlySpan<char> name)
    {
        foreach (char c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('_' or '-' or '.'))
                return false;
        }

        return name.Length is > 0 and <= 32 && char.IsAsciiLetterOrDigit(name[0]);
    }
}
