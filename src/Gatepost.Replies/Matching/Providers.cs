namespace Gatepost.Replies.Matching;

/// <summary>Who is meant by a host name: the domains under which a provider's servers speak.</summary>
internal sealed class Providers
{
    /// <summary>As many as fit a set of bits; further ones are recognised by their words alone.</summary>
    public const int Max = 64;

    internal readonly List<string> Names = [];
    internal readonly List<(string Domain, int Provider)> Domains = [];

    /// <summary>The number of a provider, a new one where it is not known; -1 where there are too many.</summary>
    public int Number(string name)
    {
        int known = Names.FindIndex(other => other.Equals(name, StringComparison.OrdinalIgnoreCase));
        if (known >= 0)
            return known;
        if (Names.Count == Max)
            return -1;
        Names.Add(name);
        return Names.Count - 1;
    }

    public void AddDomain(string domain, int provider)
    {
        if (provider >= 0)
            Domains.Add((domain.Trim('.'), provider));
    }

    /// <summary>The providers whose servers are called so, as bits.</summary>
    public ulong OfHost(string? host)
    {
        if (string.IsNullOrEmpty(host))
            return 0;
        ulong found = 0;
        var name = host.AsSpan().TrimEnd('.');
        foreach (var (domain, provider) in Domains)
        {
            if (name.EndsWith(domain, StringComparison.OrdinalIgnoreCase)
                && (name.Length == domain.Length || name[name.Length - domain.Length - 1] == '.'))
                found |= 1UL << provider;
        }

        return found;
    }
}
