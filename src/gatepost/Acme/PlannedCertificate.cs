namespace Gatepost.Acme;

/// <summary>A certificate that this server should have.</summary>
/// <param name="Name">The host or domain that it is called by, in A-labels and lower case.</param>
/// <param name="Required">Names it must have.</param>
/// <param name="Optional">Names it gets if they are in DNS: a domain that publishes no record for one must not cost the others
/// theirs.</param>
internal sealed record PlannedCertificate(string Name, IReadOnlyList<string> Required, IReadOnlyList<string> Optional)
{
    /// <summary>What is planned for a server and its domains, each name once.</summary>
    /// <param name="host">The name the server greets with.</param>
    /// <param name="names">Further names of the server.</param>
    /// <param name="domains">Hosted domains.</param>
    /// <param name="prefixes">Of the host names of a domain that the web server answers: <c>mta-sts.</c></param>
    public static IReadOnlyList<PlannedCertificate> Of(
        string host, IEnumerable<string> names, IEnumerable<string> domains, IReadOnlyList<string> prefixes)
    {
        string[] required = [.. names.Prepend(host).Select(name => name.TrimEnd('.').ToLowerInvariant()).Distinct()];
        var planned = new List<PlannedCertificate> { new(required[0], required, []) };
        foreach (string domain in domains)
        {
            string[] optional = [.. prefixes.Select(prefix => prefix + domain).Except(required)];
            if (domain == required[0])
                planned[0] = planned[0] with { Optional = optional };
            else if (optional.Length > 0)
                planned.Add(new(domain, [], optional));
        }

        return planned;
    }
}
