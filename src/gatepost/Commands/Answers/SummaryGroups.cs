using Gatepost.Explain;
using Gatepost.Replies;

namespace Gatepost.Commands.Answers;

/// <summary>Any number of answers by cause, destination and who acts, in memory that does not grow with them.</summary>
internal sealed class SummaryGroups
{
    /// <summary>Groups that are kept apart. Destinations that come after them are counted together, by cause.</summary>
    private const int MostGroups = 2000;

    private readonly Dictionary<(Reason Reason, string Destination, Actors Actors), Group> groups = [];

    /// <summary>One cause at one destination.</summary>
    /// <param name="first">The first report, which is the example.</param>
    /// <param name="destination">Domain of the recipient, else the host that spoke, else empty.</param>
    public sealed class Group(Report first, string destination)
    {
        public Report Example { get; } = first;

        public string Destination { get; } = destination;

        public long Count { get; set; }

        /// <summary>The earliest time as written in the documents; null if none has one.</summary>
        public string? First { get; set; }

        public string? Last { get; set; }

        /// <summary>Times that begin with the year are compared; others count in the order of the documents.</summary>
        public void Note(string? first, string? last)
        {
            first ??= last;
            if (first is not null && (First is null || (IsDated(first) && IsDated(First) && string.CompareOrdinal(first, First) < 0)))
                First = first;
            if (last is not null && (Last is null || !IsDated(last) || !IsDated(Last) || string.CompareOrdinal(last, Last) > 0))
                Last = last;
        }

        private static bool IsDated(string time) => time.Length >= 10 && char.IsAsciiDigit(time[0]) && time[4] == '-';
    }

    /// <summary>Documents seen, and those among them that say nothing of a delivery.</summary>
    public long Documents { get; private set; }

    public long Silent { get; private set; }

    public long Reports { get; private set; }

    /// <summary>The largest first.</summary>
    public IReadOnlyList<Group> Ordered =>
        [.. groups.Values.OrderByDescending(group => group.Count).ThenBy(group => group.Destination, StringComparer.Ordinal)];

    public void Add(DocumentReport document)
    {
        Documents++;
        if (document.Reports.Count == 0 && document.Note is null)
            Silent++;
        foreach (var report in document.Reports)
            Add(report);
    }

    public void Add(Report report)
    {
        Reports++;
        string destination = DestinationOf(report);
        var key = (report.Reason, destination, report.Actors);
        if (!groups.TryGetValue(key, out var group))
        {
            if (groups.Count >= MostGroups)
                key = (report.Reason, destination = "...", report.Actors);
            if (!groups.TryGetValue(key, out group))
                groups[key] = group = new Group(report, destination);
        }

        group.Count++;
        group.Note(report.FirstTime, report.Time);
    }

    private static string DestinationOf(Report report)
    {
        int sign = report.Recipient?.LastIndexOf('@') ?? -1;
        return sign >= 0 ? report.Recipient![(sign + 1)..].ToLowerInvariant() : report.RemoteHost?.ToLowerInvariant() ?? "";
    }
}
