using System.Globalization;
using System.Xml;
using Gatepost.Explain.Observations;

namespace Gatepost.Explain.Reports;

/// <summary>Reads DMARC aggregate reports (RFC 7489 appendix C): no DTD, no external entity, bounded in size and number of
/// groups.</summary>
internal static class DmarcReport
{
    /// <summary>Groups that are kept apart; what comes after joins the last by its problem.</summary>
    private const int MostGroups = 500;

    private static readonly XmlReaderSettings Settings = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        MaxCharactersInDocument = Unpacker.Most,
        MaxCharactersFromEntities = 1024,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
        IgnoreWhitespace = true,
    };

    /// <summary>Does the document begin as one: the root element is <c>feedback</c>?</summary>
    public static bool Recognises(ReadOnlySpan<byte> octets)
    {
        var head = octets[..Math.Min(octets.Length, 2048)];
        int root = head.IndexOf("<feedback"u8);
        return root >= 0 && head[(root + 9)..] is [(byte)'>' or (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t', ..];
    }

    /// <summary>Null if it is no such report or not well-formed.</summary>
    public static ReportDigest? Read(byte[] octets)
    {
        if (!Recognises(octets))
            return null;
        var report = new Reading();
        try
        {
            using var xml = XmlReader.Create(new MemoryStream(octets, writable: false), Settings);
            report.All(xml);
        }
        catch (XmlException)
        {
            // What was read before the fault still counts: some reporters cut their reports off.
        }

        return report.Result();
    }

    /// <summary>One record: whom it is about and how it was judged.</summary>
    private sealed class Record
    {
        public string Source = "", Disposition = "", Dkim = "", Spf = "", HeaderFrom = "", Reason = "";
        public long Count;
        public List<(string Kind, string Domain, string Result)> Results = [];

        public string Problem()
        {
            if (Dkim == "pass" || Spf == "pass")
                return "dmarc-pass";
            if (Reason is "forwarded" or "mailing_list" or "trusted_forwarder")
                return "dmarc-forwarded";
            if (Results.Exists(result => result.Kind == "dkim" && result.Result != "pass" && IsOwn(result.Domain)))
                return "dmarc-signature-broken";
            return Results.Exists(result => result.Result == "pass"
                && result.Domain.Length > 0) ? "dmarc-unaligned" : "dmarc-unauthenticated";
        }

        public string Detail()
        {
            var parts = Results.Take(4).Select(result => $"{result.Kind}={result.Result} {result.Domain}".TrimEnd()).ToList();
            if (HeaderFrom.Length > 0)
                parts.Insert(0, $"From {HeaderFrom}");
            if (Disposition.Length > 0 && Disposition != "none")
                parts.Add(Disposition);
            return string.Join(", ", parts);
        }

        private bool IsOwn(string domain) => domain.Length > 0
            && (HeaderFrom.EndsWith(domain, StringComparison.OrdinalIgnoreCase)
                || domain.EndsWith(HeaderFrom, StringComparison.OrdinalIgnoreCase));
    }

    private sealed class Reading
    {
        private readonly Dictionary<(string, string, string), long> groups = [];
        private readonly List<string> path = [];
        private string reporter = "", domain = "", policy = "";
        private DateTimeOffset? begin, end;
        private Record record = new();
        private bool any;

        public void All(XmlReader xml)
        {
            while (xml.Read())
            {
                switch (xml.NodeType)
                {
                    case XmlNodeType.Element when !xml.IsEmptyElement && path.Count < 32:
                        path.Add(xml.LocalName);
                        if (xml.LocalName is "dkim" or "spf" && Parent == "auth_results")
                            record.Results.Add((xml.LocalName, "", ""));
                        break;
                    case XmlNodeType.EndElement when path.Count > 0:
                        if (path[^1] == "record")
                            Close();
                        path.RemoveAt(path.Count - 1);
                        break;
                    case XmlNodeType.Text when path.Count > 1:
                        Take(path[^1], xml.Value.Trim());
                        break;
                }
            }
        }

        private string Parent => path.Count > 1 ? path[^2] : "";

        private void Take(string name, string value)
        {
            if (value.Length > 256)
                value = value[..256];
            _ = (Parent, name) switch
            {
                ("report_metadata", "org_name") => reporter = value,
                ("date_range", "begin") => Time(value, out begin),
                ("date_range", "end") => Time(value, out end),
                ("policy_published", "domain") => domain = value,
                ("policy_published", "p") => policy = value,
                ("row", "source_ip") => record.Source = value,
                ("row", "count") => Count(value),
                ("policy_evaluated", "disposition") => record.Disposition = value.ToLowerInvariant(),
                ("policy_evaluated", "dkim") => record.Dkim = value.ToLowerInvariant(),
                ("policy_evaluated", "spf") => record.Spf = value.ToLowerInvariant(),
                ("reason", "type") => record.Reason = value.ToLowerInvariant(),
                ("identifiers", "header_from") => record.HeaderFrom = value,
                ("dkim" or "spf", "domain") => Result(result => result with { Domain = value }),
                ("dkim" or "spf", "result") => Result(result => result with { Result = value.ToLowerInvariant() }),
                _ => "",
            };
        }

        private string Count(string value)
        {
            record.Count = long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out long count)
                ? Math.Min(count, int.MaxValue) : 0;
            return value;
        }

        private string Result(Func<(string Kind, string Domain, string Result), (string, string, string)> change)
        {
            if (record.Results.Count > 0)
                record.Results[^1] = change(record.Results[^1]);
            return "";
        }

        private static string Time(string value, out DateTimeOffset? time)
        {
            bool known = long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out long seconds)
                && seconds is > 0 and < 253402300800;
            time = known ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;
            return value;
        }

        private void Close()
        {
            any = true;
            var key = (record.Source, record.Problem(), record.Detail());
            if (groups.Count >= MostGroups && !groups.ContainsKey(key))
                key = ("...", record.Problem(), "");
            groups[key] = groups.GetValueOrDefault(key) + Math.Max(1, record.Count);
            record = new Record();
        }

        public ReportDigest? Result() => any || domain.Length > 0
            ? new ReportDigest(reporter, domain, begin, end, policy, Digest.Ordered(groups.Select(group =>
                new DigestRow(group.Key.Item1, group.Value, group.Key.Item2, group.Key.Item3))))
            : null;
    }
}

/// <summary>The order in which rows are of use: what failed, the largest first, then what passed.</summary>
internal static class Digest
{
    public static DigestRow[] Ordered(IEnumerable<DigestRow> rows) => [.. rows.OrderBy(row => row.Passed).ThenByDescending(row =>
        row.Count).ThenBy(row => row.Who, StringComparer.Ordinal)];
}
