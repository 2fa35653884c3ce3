using System.Globalization;
using System.Net;
using System.Text;
using Gatepost.Replies;

namespace Gatepost.Dns;

/// <summary>A resolver over a text zone, for tests and dry runs. What the text does not name does not exist.</summary>
/// <remarks>
/// One record a line: <c>name [ttl] [IN] type data</c>, the word <c>zone</c> before it allowed, comments behind <c>;</c> or <c>#</c> at
/// the start.
/// Types A, AAAA, MX (preference may be left out), TXT, CNAME, TLSA, PTR (the name may be an IP address), and the markers
/// <c>NXDOMAIN</c>, <c>SERVFAIL</c> and <c>TIMEOUT</c>; the last two may be followed by the one type they hold for. <c>SIGNED</c>
/// makes all answers about the name and those below it authentic, as <c>UNSIGNED</c> below that makes them not.
/// </remarks>
public sealed class ZoneFile : IResolver
{
    private static readonly TimeSpan DefaultTtl = TimeSpan.FromMinutes(5);

    private readonly Dictionary<string, List<(string Type, string Data, TimeSpan Ttl)>> records = new(StringComparer.Ordinal);

    /// <summary>Questions asked so far, for tests that count them.</summary>
    public int Questions { get; private set; }

    /// <exception cref="FormatException">Names the line that cannot be read.</exception>
    public static ZoneFile Parse(string text)
    {
        var zone = new ZoneFile();
        int number = 0;
        foreach (string raw in text.Split('\n'))
        {
            number++;
            string line = raw.Trim();
            if (line.Length > 0 && line[0] is not (';' or '#'))
                zone.Add(line, number);
        }

        return zone;
    }

    public ValueTask<DnsAnswer<MxRecord>> MxAsync(string domain, CancellationToken cancel) => Answer(domain, "MX", ReadMx, cancel);

    public async ValueTask<DnsAnswer<IPAddress>> AddressesAsync(string host, CancellationToken cancel) =>
        DnsResolver.Join(await Answer(host, "A", IPAddress.Parse, cancel), await Answer(host, "AAAA", IPAddress.Parse, cancel));

    public ValueTask<DnsAnswer<IPAddress>> Ipv4AddressesAsync(string host, CancellationToken cancel) =>
        Answer(host, "A", IPAddress.Parse, cancel);

    public ValueTask<DnsAnswer<IPAddress>> Ipv6AddressesAsync(string host, CancellationToken cancel) =>
        Answer(host, "AAAA", IPAddress.Parse, cancel);

    public ValueTask<DnsAnswer<string>> TxtAsync(string name, CancellationToken cancel) => Answer(name, "TXT", static data => data, cancel);

    public ValueTask<DnsAnswer<TlsaRecord>> TlsaAsync(string name, CancellationToken cancel) => Answer(name, "TLSA", ReadTlsa, cancel);

    public ValueTask<bool> ValidatesAsync(CancellationToken cancel) =>
        new(records.Values.Any(here => here.Exists(record => record.Type == "SIGNED")));

    public ValueTask<DnsAnswer<string>> AliasAsync(string name, CancellationToken cancel) =>
        Answer(name, "CNAME", static data => data.TrimEnd('.').ToLowerInvariant(), cancel);

    public ValueTask<DnsAnswer<string>> ReverseAsync(IPAddress address, CancellationToken cancel) =>
        Answer(DnsName.Reverse(address), "PTR", static data => data.TrimEnd('.').ToLowerInvariant(), cancel);

    private ValueTask<DnsAnswer<T>> Answer<T>(string name, string type, Func<string, T> read, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        Questions++;
        string? at = DnsName.Normalise(name);
        if (at is null)
            return new(new DnsAnswer<T>(DnsOutcome.NoSuchName, [], Detail: OurEvidence.DnsNotAName.Say()));
        bool authentic = true;
        string? canonical = null;
        for (int hops = 0; hops < 10 && at is not null; hops++)
        {
            authentic &= IsSigned(at);
            if (!records.TryGetValue(at, out var here))
                return new(new DnsAnswer<T>(IsParent(at) ? DnsOutcome.NoRecords : DnsOutcome.NoSuchName, [], Authentic: authentic));

            foreach (var (kind, data, _) in here)
            {
                if (kind is "SERVFAIL" or "TIMEOUT" && (data.Length == 0 || data == type))
                    return new(
                        new DnsAnswer<T>(DnsOutcome.Unanswered, [], Detail: kind == "TIMEOUT" ? OurEvidence.DnsTimedOut.Say()
                            : OurEvidence.DnsServerSaid.Say(kind)));
                if (kind == "NXDOMAIN")
                    return new(new DnsAnswer<T>(DnsOutcome.NoSuchName, [], Authentic: authentic));
            }

            var found = here.Where(record => record.Type == type).ToList();
            if (found.Count > 0)
            {
                return new(new DnsAnswer<T>(
                    DnsOutcome.Found, [.. found.Select(record => read(record.Data))], found.Min(record => record.Ttl), authentic)
                {
                    Canonical = canonical,
                });
            }

            string? alias = here.FirstOrDefault(record => record.Type == "CNAME").Data;
            if (alias is null)
                return new(new DnsAnswer<T>(DnsOutcome.NoRecords, [], Authentic: authentic));
            at = canonical = DnsName.Normalise(alias);
        }

        return new(new DnsAnswer<T>(DnsOutcome.Unanswered, [], Detail: OurEvidence.DnsAliasLoop.Say()));
    }

    private bool IsParent(string name) => records.Keys.Any(known => known.EndsWith("." + name, StringComparison.Ordinal));

    /// <summary>By the marker that is nearest above the name.</summary>
    private bool IsSigned(string name) => (
        from known in records
        where DnsName.IsWithin(name, known.Key)
        from record in known.Value
        where record.Type is "SIGNED" or "UNSIGNED"
        orderby known.Key.Length descending
        select record.Type).FirstOrDefault() == "SIGNED";

    private static TlsaRecord ReadTlsa(string data)
    {
        string[] parts = data.Split(' ');
        return new TlsaRecord(Octet(parts[0]), Octet(parts[1]), Octet(parts[2]), string.Concat(parts[3..]).ToLowerInvariant());

        static byte Octet(string digits) => byte.Parse(digits, CultureInfo.InvariantCulture);
    }

    private static MxRecord ReadMx(string data)
    {
        string[] parts = data.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        string exchange = parts[^1].TrimEnd('.').ToLowerInvariant();
        return new MxRecord(
            parts.Length == 2 ? int.Parse(parts[0], CultureInfo.InvariantCulture) : exchange.Length == 0 ? 0 : 10, exchange);
    }

    /// <summary>Adds one line.</summary>
    /// <param name="number">Named where the line cannot be read.</param>
    /// <exception cref="FormatException">It cannot be read.</exception>
    public void Add(string line, int number = 1)
    {
        var words = new Queue<string>(line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        if (words.Count > 2 && words.Peek() == "zone")
            words.Dequeue();
        string written = words.Dequeue();
        string? name = IPAddress.TryParse(written, out var address) && written.AsSpan().ContainsAny('.', ':') ? DnsName.Reverse(address)
            : DnsName.Normalise(written);
        var ttl = DefaultTtl;
        if (words.TryPeek(out string? word) && int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out int seconds))
        {
            ttl = TimeSpan.FromSeconds(seconds);
            words.Dequeue();
        }

        if (words.TryPeek(out word) && word.Equals("IN", StringComparison.OrdinalIgnoreCase))
            words.Dequeue();
        string type = words.TryDequeue(out string? given) ? given.ToUpperInvariant() : "";
        string data = type == "TXT" ? Text(line, given!) : string.Join(' ', words);
        if (name is null || !IsGood(type, data))
            throw new FormatException(
                $"zone line {number}: \"{line}\" is no record; write: name [ttl] [IN] A|AAAA|MX|TXT|CNAME|TLSA|PTR data, or name "
                + "NXDOMAIN|SERVFAIL|TIMEOUT|SIGNED|UNSIGNED");

        if (!records.TryGetValue(name, out var here))
            records[name] = here = [];
        here.Add((type, type is "SERVFAIL" or "TIMEOUT" ? data.ToUpperInvariant() : data, ttl));
    }

    private static bool IsGood(string type, string data) => type switch
    {
        "A" => IPAddress.TryParse(data, out var four) && four.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork,
        "AAAA" => IPAddress.TryParse(data, out var six) && six.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6,
        "MX" => data.Split(' ') is [_] or [_, _] && (data.Split(' ') is not [var preference, _] || ushort.TryParse(preference, out _))
            && data.Length > 0,
        "CNAME" or "PTR" => DnsName.Normalise(data) is not null,
        "TLSA" => data.Split(' ') is [var usage, var selector, var matching, ..] && byte.TryParse(usage, out _)
            && byte.TryParse(selector, out _) && byte.TryParse(matching, out _),
        "TXT" or "SERVFAIL" or "TIMEOUT" or "NXDOMAIN" or "SIGNED" or "UNSIGNED" => true,
        _ => false,
    };

    /// <summary>Everything behind the type; quoted strings are joined without space (RFC 1035 §3.3.14).</summary>
    private static string Text(string line, string type)
    {
        string rest = line[(line.IndexOf(" " + type, StringComparison.Ordinal) + 1 + type.Length)..].Trim();
        if (!rest.StartsWith('"'))
            return rest;

        var joined = new StringBuilder();
        bool inside = false;
        for (int i = 0; i < rest.Length; i++)
        {
            if (rest[i] == '"')
                inside = !inside;
            else if (inside)
                joined.Append(rest[i] == '\\' && i + 1 < rest.Length ? rest[++i] : rest[i]);
        }

        return joined.ToString();
    }
}
