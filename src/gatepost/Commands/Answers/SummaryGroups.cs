using Gatepost.Explain;
using Gatepost.Replies;

namespace Gatepost.Commands.Answers;

/// <summary>Any number of answers by cause, destination and who acts, in memory that does not grow with them.</summary>
internal sealed class SummaryGroups
{
    /// <summary>Groups that are kept apart. Destinations that come after them are counted together, by cause.</summary>
    private const int MostGroups = 2000;

    private readonly Dictionary<(Reason Reason, string Destination, Actors Actors), Group> groups = [];
    private readonly Dictionary<(Reason Reason, string Destination, Actors Actors), Group> deliveries = [];
    private readonly Stories stories = new();

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

    /// <summary>Reports counted: of one message to one recipient in a log the last.</summary>
    public long Reports => Ordered.Sum(group => group.Count);

    /// <summary>The largest first. What logs delivered is in it only where they hold nothing else.</summary>
    public IReadOnlyList<Group> Ordered
    {
        get
        {
            var counted = groups.Values.Any(group => group.Count > 0) ? groups : deliveries;
            return [.. counted.Values.Where(group => group.Count > 0).OrderByDescending(group => group.Count)
                .ThenBy(group => group.Destination, StringComparer.Ordinal)];
        }
    }

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
        string? first = report.FirstTime;
        if (report is not { LogId: { } id, Recipient: { } recipient })
        {
            Count(groups, report, first);
            return;
        }

        // A message that is tried again and again is one message; what became of it in the end counts.
        var story = (id, recipient.ToLowerInvariant());
        if (stories.Find(story) is { } before)
        {
            before.Group.Count--;
            first = before.First ?? first;
        }

        var group = Count(report.Reason == Reason.Delivered ? deliveries : groups, report, first);
        stories.Keep(story, new Story(group, first ?? report.Time));
    }

    private static Group Count(Dictionary<(Reason Reason, string Destination, Actors Actors), Group> counted, Report report, string? first)
    {
        string destination = DestinationOf(report);
        var key = (report.Reason, destination, report.Actors);
        if (!counted.TryGetValue(key, out var group))
        {
            if (counted.Count >= MostGroups)
                key = (report.Reason, destination = "...", report.Actors);
            if (!counted.TryGetValue(key, out group))
                counted[key] = group = new Group(report, destination);
        }

        group.Count++;
        group.Note(first, report.Time);
        return group;
    }

    /// <summary>Where a message of a log was counted last, and when it was first seen.</summary>
    private sealed record Story(Group Group, string? First);

    /// <summary>The messages seen last, in bounded memory: the older half is forgotten when the newer is full.</summary>
    private sealed class Stories
    {
        private const int Most = 50_000;

        private Dictionary<(string Id, string Recipient), Story> recent = [];
        private Dictionary<(string Id, string Recipient), Story> older = [];

        public Story? Find((string Id, string Recipient) key) => recent.GetValueOrDefault(key) ?? older.GetValueOrDefault(key);

        public void Keep((string Id, string Recipient) key, Story story)
        {
            if (recent.Count >= Most)
                (older, recent) = (recent, []);
            recent[key] = story;
        }
    }

    private static string DestinationOf(Report report)
    {
        int sign = report.Recipient?.LastIndexOf('@') ?? -1;
        return sign >= 0 ? report.Recipient![(sign + 1)..].ToLowerInvariant() : report.RemoteHost?.ToLowerInvariant() ?? "";
    }
}
