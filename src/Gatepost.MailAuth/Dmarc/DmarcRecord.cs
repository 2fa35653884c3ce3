namespace Gatepost.MailAuth.Dmarc;

/// <summary>A published record (RFC 9989 §4.7). Unknown tags, and those of RFC 7489 that are gone (pct, rf, ri), change nothing.</summary>
public sealed record DmarcRecord
{
    private const string Version = "DMARC1";
    private const int MostTags = 100;

    private DmarcRecord(string domain, string text)
    {
        Domain = domain;
        Text = text;
    }

    /// <summary>Who published it, without <c>_dmarc.</c>.</summary>
    public string Domain { get; }

    /// <summary>As published.</summary>
    public string Text { get; }

    /// <summary>p=; null if it is missing or no policy.</summary>
    public DmarcPolicy? Policy { get; private init; }

    /// <summary>sp=, for subdomains; null if it is missing or no policy.</summary>
    public DmarcPolicy? SubdomainPolicy { get; private init; }

    /// <summary>np=, for subdomains that do not exist; null if it is missing or no policy.</summary>
    public DmarcPolicy? NonexistentPolicy { get; private init; }

    /// <summary>Whether p= is missing, or p=, sp= or np= is no policy: then it counts as p=none, or not at all (§4.10.1).</summary>
    public bool HasBadPolicy { get; private init; }

    /// <summary>adkim=s: the domain of a signature must be the author's own.</summary>
    public bool IsStrictForDkim { get; private init; }

    /// <summary>aspf=s: the domain of the envelope must be the author's own.</summary>
    public bool IsStrictForSpf { get; private init; }

    /// <summary>psd=y: a public suffix, below which each domain is an organization of its own.</summary>
    public bool IsPublicSuffix { get; private init; }

    /// <summary>psd=n: the organization ends here, whatever is published above.</summary>
    public bool IsOrganization { get; private init; }

    /// <summary>t=y: the policy is to be applied one level milder.</summary>
    public bool IsTesting { get; private init; }

    /// <summary>rua=: where aggregate reports are asked for; URIs that can be read.</summary>
    public IReadOnlyList<string> AggregateReports { get; private init; } = [];

    /// <summary>Whether a TXT record is one of DMARC: the version first, in upper case, then a semicolon or the end.</summary>
    public static bool IsDmarc(string text)
    {
        int semicolon = text.IndexOf(';', StringComparison.Ordinal);
        string first = semicolon < 0 ? text : text[..semicolon];
        int equals = first.IndexOf('=', StringComparison.Ordinal);
        return equals > 0 && first[..equals].Trim(' ', '\t') is "v" or "V" && first[(equals + 1)..].Trim(' ', '\t') == Version;
    }

    /// <summary>Reads a text for which <see cref="IsDmarc"/> holds; what cannot be read falls back to its default (§4.7).</summary>
    public static DmarcRecord Parse(string domain, string text)
    {
        var tags = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (string part in text.Split(';', MostTags))
        {
            int equals = part.IndexOf('=', StringComparison.Ordinal);
            // Said twice, the first holds; what has no equals sign is ignored.
            if (equals > 0)
                tags.TryAdd(part[..equals].Trim(), part[(equals + 1)..].Trim());
        }

        string? Tag(string name) => tags.GetValueOrDefault(name);
        bool Is(string name, string value) => string.Equals(Tag(name), value, StringComparison.OrdinalIgnoreCase);
        bool IsBad(string name) => Tag(name) is { } word && DmarcPolicyWords.Read(word) is null;
        return new DmarcRecord(domain, text)
        {
            Policy = DmarcPolicyWords.Read(Tag("p")),
            SubdomainPolicy = DmarcPolicyWords.Read(Tag("sp")),
            NonexistentPolicy = DmarcPolicyWords.Read(Tag("np")),
            HasBadPolicy = DmarcPolicyWords.Read(Tag("p")) is null || IsBad("sp") || IsBad("np"),
            IsStrictForDkim = Is("adkim", "s"),
            IsStrictForSpf = Is("aspf", "s"),
            IsPublicSuffix = Is("psd", "y"),
            IsOrganization = Is("psd", "n"),
            IsTesting = Is("t", "y"),
            AggregateReports = [.. (Tag("rua") ?? "").Split(',').Select(static uri => uri.Trim()).Where(IsUri)],
        };
    }

    /// <summary>RFC 7489 allowed a size behind an exclamation mark.</summary>
    private static bool IsUri(string text) => Uri.TryCreate(text.Split('!')[0], UriKind.Absolute, out _);
}
