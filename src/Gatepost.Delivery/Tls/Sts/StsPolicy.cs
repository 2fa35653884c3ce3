using System.Globalization;

namespace Gatepost.Delivery.Tls.Sts;

/// <summary>A domain's MTA-STS policy (RFC 8461 §3.2).</summary>
/// <param name="MaxAge">How long it holds, 0 to 1 year.</param>
/// <param name="Hosts">Names of mail servers, or <c>*.example.org</c> for those one label below.</param>
public sealed record StsPolicy(StsMode Mode, TimeSpan MaxAge, IReadOnlyList<string> Hosts)
{
    /// <summary>RFC 8461 §3.2: about a year at most.</summary>
    private const int LongestSeconds = 31_557_600;

    private const int MostHosts = 1_000;

    /// <summary>Hosts that <see cref="Lines"/> has.</summary>
    private const int MostShown = 50;

    /// <summary>As the lines of a policy file.</summary>
    public IReadOnlyList<string> Lines =>
    [
        "version: STSv1",
        $"mode: {Mode.ToString().ToLowerInvariant()}",
        .. Hosts.Take(MostShown).Select(host => $"mx: {host}"),
        string.Create(CultureInfo.InvariantCulture, $"max_age: {(long)MaxAge.TotalSeconds}"),
    ];

    /// <summary>Reads a policy file; what is unknown is passed over.</summary>
    /// <exception cref="FormatException">It is none; says what is wrong.</exception>
    public static StsPolicy Parse(string text)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        var hosts = new List<string>();
        foreach (string line in text.Split('\n'))
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0)
                continue;
            string key = line[..colon].Trim(), value = line[(colon + 1)..].Trim();
            if (key == "mx" && hosts.Count < MostHosts)
                hosts.Add(value.TrimEnd('.').ToLowerInvariant());
            else
                fields.TryAdd(key, value);
        }

        if (fields.GetValueOrDefault("version") != "STSv1")
            throw new FormatException("version: STSv1 is missing");
        var mode = fields.GetValueOrDefault("mode") switch
        {
            "enforce" => StsMode.Enforce,
            "testing" => StsMode.Testing,
            "none" => StsMode.None,
            var other => throw new FormatException(other is null ? "mode is missing" : "mode is neither enforce, testing nor none"),
        };
        string age = fields.GetValueOrDefault("max_age") ?? throw new FormatException("max_age is missing");
        if (!long.TryParse(age, NumberStyles.None, CultureInfo.InvariantCulture, out long seconds))
            throw new FormatException("max_age is no number of seconds");
        if (mode != StsMode.None && hosts.Count == 0)
            throw new FormatException("it names no mx");
        return new StsPolicy(mode, TimeSpan.FromSeconds(Math.Min(seconds, LongestSeconds)), hosts);
    }

    /// <summary>Whether a mail server is one of those the policy names (RFC 8461 §4.1).</summary>
    public bool Lists(string host) => Hosts.Any(pattern => pattern.StartsWith("*.", StringComparison.Ordinal)
        ? host.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot
            && host.AsSpan(dot).Equals(pattern.AsSpan(1), StringComparison.OrdinalIgnoreCase)
        : host.Equals(pattern, StringComparison.OrdinalIgnoreCase));
}
