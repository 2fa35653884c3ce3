using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Gatepost.Explain;
using Gatepost.Explain.Observations;
using Gatepost.Policy.Engine;
using Gatepost.Replies;
using Gatepost.Replies.Catalogue;
using Gatepost.Smtp.Search;

namespace Gatepost.Web.Control;

/// <summary>What the person wrote, as searches: words as they are, a pasted reply, bounce or log line by what it names.</summary>
public sealed partial class FindWords(Explainer explainer, ReplyDatabase knowledge, DateTimeOffset now, TimeZoneInfo zone)
{
    /// <summary>Fewer words are never a reply: a person who writes so few means them as words.</summary>
    private const int MinReply = 4;

    /// <summary>A bounce may come this long after the message.</summary>
    private static readonly TimeSpan LongestDelay = TimeSpan.FromDays(6);

    private static readonly TimeSpan ClockError = TimeSpan.FromMinutes(15);

    private readonly SearchWords words = new(new SearchNames(
        RuleEngine.RuleNames.Append("login"), knowledge.Entries.Keys, Reason.All.Select(reason => reason.Word)));

    /// <summary>Searches for words or for the text of a reply, the best first; or what is wrong.</summary>
    /// <param name="text">As the person wrote or pasted it.</param>
    /// <param name="limits">Time words that hold beside them.</param>
    public (IReadOnlyList<SearchQuery> Searches, IReadOnlyList<string> Problems) OfText(string text, string limits)
    {
        var written = words.Read(text + limits, now, zone);
        if (text.Contains('\n') || HasLooseWords(written.Query) || written.Problems.Count > 0)
        {
            if (text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length >= MinReply
                && explainer.Read(text) is { Kind: not (DocumentKind.Unknown or DocumentKind.Code) } document)
                return (OfReports(document, text, words.Read(limits, now, zone).Query), []);
        }

        bool isEmpty = written.Query is { Words.Count: 0, Since: null, Until: null };
        return ([written.Query], isEmpty && written.Problems.Count == 0
            ? ["say what to find: an address, an id, a host, a time, or the text of a reply; gatepost find --help lists all"]
            : written.Problems);
    }

    /// <summary>Searches for what a whole document names: a bounce, a log.</summary>
    public (IReadOnlyList<SearchQuery> Searches, IReadOnlyList<string> Problems) OfDocument(byte[] octets, string limits)
    {
        var document = explainer.Read(octets);
        var searches = OfReports(document, Encoding.UTF8.GetString(octets), words.Read(limits, now, zone).Query);
        return (searches, searches.Count > 0 ? [] : ["nothing in this document can be looked for: no id, address or host"]);
    }

    private static bool HasLooseWords(SearchQuery query) =>
        query.Words.Any(word => word.Keys is [{ Kind: SearchKind.Text }] && !word.Written.StartsWith('"') && !word.Written.Contains(':'));

    /// <summary>From an id, which is one message, to the addresses alone.</summary>
    private List<SearchQuery> OfReports(DocumentReport document, string text, SearchQuery limits)
    {
        var searches = new List<SearchQuery>();
        foreach (string id in Ids().Matches(text).Select(match => match.Value).Distinct().Take(8))
            Add(limits, Word(SearchKind.Id, id));
        foreach (string id in MessageIds().Matches(text).Select(match => match.Groups[1].Value).Distinct().Take(4))
            Add(limits, Word(SearchKind.MessageId, id));

        string[] named = [.. Addresses().Matches(text).Select(match => match.Value).Distinct(StringComparer.OrdinalIgnoreCase).Take(8)];
        var reports = document.Reports.Concat(document.Enclosed).Take(4).ToList();
        foreach (var report in reports)
        {
            var time = TimeOf(report, document.Kind, limits);
            var cause = report.Reason == Reason.Unknown ? null : Word(SearchKind.Reason, report.Reason.Word);
            if (report.Recipient is not { } recipient)
            {
                foreach (string address in cause is null ? [] : named)
                    Add(time, Word(SearchKind.Address, address), cause);
                continue;
            }

            var to = new SearchWord(recipient, [new SearchKey(SearchKind.Address, recipient, SearchSide.Recipient)]);
            foreach (string other in named.Where(one => !one.Equals(recipient, StringComparison.OrdinalIgnoreCase)))
                Add(time, to, new SearchWord(other, [new SearchKey(SearchKind.Address, other, SearchSide.Sender)]), cause);
            Add(time, to, cause);
            Add(time, to);
            Add(limits, to);
        }

        foreach (string address in named)
            Add(limits, Word(SearchKind.Address, address));
        foreach (string client in Clients().Matches(text).Select(match => match.Value).Distinct().Take(4))
            Add(limits, Word(SearchKind.Ip, client));
        foreach (var report in reports.Where(report => report.Reason != Reason.Unknown))
            Add(TimeOf(report, document.Kind, limits), Word(SearchKind.Reason, report.Reason.Word));
        return searches;

        void Add(SearchQuery time, params ReadOnlySpan<SearchWord?> wanted)
        {
            var all = new List<SearchWord>();
            foreach (var word in wanted)
            {
                if (word is not null)
                    all.Add(word);
            }

            searches.Add(time with { Words = all });
        }
    }

    private static SearchWord Word(SearchKind kind, string value) => new(value, [new SearchKey(kind, value)]);

    /// <summary>Around the time of a log line; before that of a bounce. Without a time, or with one by hand, as the limits say.</summary>
    private SearchQuery TimeOf(Report report, DocumentKind kind, SearchQuery limits)
    {
        if (limits.Since is not null || limits.Until is not null || report.Time is not { } written || Instant(written) is not { } at)
            return limits;
        return limits with { Since = at - (kind == DocumentKind.MailLog ? ClockError : LongestDelay), Until = at + ClockError };
    }

    private DateTimeOffset? Instant(string written)
    {
        if (DateTimeOffset.TryParse(written, CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal, out var instant)
            && written.Length > 4
            && char.IsAsciiDigit(written[0]))
            return instant;
        // A syslog line has no year: the last that is not to come.
        string form = Blanks().Replace(written, " ");
        var local = TimeZoneInfo.ConvertTime(now, zone);
        foreach (int year in new[] { local.Year, local.Year - 1 })
        {
            if (
                DateTime.TryParseExact(
                    $"{year} {form}", "yyyy MMM d HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
                && time <= local.DateTime.AddDays(1))
                return new DateTimeOffset(time, zone.GetUtcOffset(time));
        }

        return null;
    }

    [GeneratedRegex(@"\b(G-[0-9A-Z]{8}|S-[0-9A-Z]{14}|[0-9][0-9A-HJKMNP-TV-Z]{11})\b", RegexOptions.CultureInvariant)]
    private static partial Regex Ids();

    [GeneratedRegex(@"(?:^|\n|\b)(?:message-id|references|in-reply-to)\s*[:=]\s*<([^<>\s]{3,250})>",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex MessageIds();

    [GeneratedRegex(
        @"[\p{L}\p{N}.!#$%&'*+/=?^_`{|}~-]{1,64}@[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){1,8}", RegexOptions.CultureInvariant)]
    private static partial Regex Addresses();

    [GeneratedRegex(@"(?<=\[)[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?=\])", RegexOptions.CultureInvariant)]
    private static partial Regex Clients();

    [GeneratedRegex(" +")]
    private static partial Regex Blanks();
}
