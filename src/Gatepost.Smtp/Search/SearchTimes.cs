using System.Globalization;
using System.Text.RegularExpressions;

namespace Gatepost.Smtp.Search;

/// <summary>Reads the time out of a query, as people write it in English or Russian.</summary>
/// <param name="now">For words as <c>yesterday</c> and <c>-2h</c>.</param>
/// <param name="zone">For times without one.</param>
internal sealed partial class SearchTimes(DateTimeOffset now, TimeZoneInfo zone)
{
    /// <summary>A person's "at two o'clock" may be this far off.</summary>
    private static readonly TimeSpan Around = TimeSpan.FromMinutes(15);

    private static readonly string[] Dates = ["yyyy-MM-dd", "d.M.yyyy", "dd.MM.yyyy"];

    private static readonly string[] Instants =
        ["yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    /// <summary>The first instant that counts; null for none.</summary>
    public DateTimeOffset? Since { get; private set; }

    /// <summary>The first instant that counts no more; null for none.</summary>
    public DateTimeOffset? Until { get; private set; }

    /// <summary>Reads a time that begins with that word.</summary>
    /// <returns>How many words it took; 0 where it is no time.</returns>
    public int Read(IReadOnlyList<string> words, int at)
    {
        string word = words[at].ToLowerInvariant();
        bool isSince = word is "since" or "с" or "со", isUntil = word is "until" or "before" or "до";
        if (isSince || isUntil)
        {
            if (at + 1 == words.Count || ReadSpan(words, at + 1) is not { } limit)
                return 0;
            if (isSince)
                Since = limit.Exact ?? limit.From;
            else
                Until = limit.Exact ?? limit.From;
            return limit.Words + 1;
        }

        if (ReadSpan(words, at) is not { } span)
            return 0;
        (Since, Until) = (span.From ?? Since, span.To ?? Until);
        return span.Words;
    }

    private Span? ReadSpan(IReadOnlyList<string> words, int at)
    {
        string word = words[at];
        if (Ago().Match(word) is { Success: true } ago)
            return new Span(now - AgoOf(ago), null, null, 1);
        if (DayOf(word) is { } day)
        {
            if (at + 1 < words.Count && ReadTimes(words[at + 1], day) is { } times)
                return times with { Words = 2 };
            return new Span(At(day, default), At(day.AddDays(1), default), null, 1);
        }

        return ReadTimes(word, Today);
    }

    private DateOnly Today => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, zone).DateTime);

    /// <summary><c>14:00</c>, <c>14:00..15:00</c>, <c>2026-11-27..</c>, <c>2026-11-27T14:00</c>.</summary>
    private Span? ReadTimes(string word, DateOnly day)
    {
        int dots = word.IndexOf("..", StringComparison.Ordinal);
        if (dots < 0)
            return PointOf(word, day) is { Exact: { } exact } ? new Span(exact - Around, exact + Around, exact, 1) : null;
        string left = word[..dots], right = word[(dots + 2)..];
        if (left.Length + right.Length == 0)
            return null;
        var from = left.Length == 0 ? default : PointOf(left, day);
        var to = right.Length == 0 ? default : PointOf(right, from.Day ?? day);
        if ((left.Length > 0 && from.Exact is null) || (right.Length > 0 && to.Exact is null))
            return null;
        // A range of days has its last day too; 23:00..01:00 ends on the next.
        var end = to is { IsDay: true, Day: { } last } ? At(last.AddDays(1), default) : to.Exact;
        if (end < from.Exact && !to.IsDay && right.Length <= 8)
            end += TimeSpan.FromDays(1);
        return new Span(from.Exact, end, null, 1);
    }

    private (DateTimeOffset? Exact, DateOnly? Day, bool IsDay) PointOf(string text, DateOnly day)
    {
        if (DayOf(text) is { } whole)
            return (At(whole, default), whole, true);
        if (TimeOnly.TryParseExact(text, ["H:mm", "HH:mm:ss"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
            return (At(day, time), day, false);
        if (!DateTime.TryParseExact(text, Instants, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var instant)
            || !IsReal(instant.Year))
            return default;
        var local = DateOnly.FromDateTime(instant);
        return instant.Kind == DateTimeKind.Unspecified ? (At(local, TimeOnly.FromDateTime(instant)), local, false)
            : (new DateTimeOffset(instant.ToUniversalTime()), local, false);
    }

    private DateOnly? DayOf(string word) => word.ToLowerInvariant() switch
    {
        "today" or "сегодня" => Today,
        "yesterday" or "вчера" => Today.AddDays(-1),
        "позавчера" => Today.AddDays(-2),
        _ => DateOnly.TryParseExact(word, Dates, CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            && IsReal(date.Year) ? date : null,
    };

    /// <summary>Years in which mail was sent, or may be: the next day and any zone's offset can be added to them.</summary>
    private static bool IsReal(int year) => year is >= 1970 and < 3000;

    private DateTimeOffset At(DateOnly day, TimeOnly time)
    {
        var local = day.ToDateTime(time);
        // The hour that is left out in spring.
        if (zone.IsInvalidTime(local))
            local = local.AddHours(1);
        return new DateTimeOffset(local, zone.GetUtcOffset(local));
    }

    private static TimeSpan AgoOf(Match ago)
    {
        int count = int.Parse(ago.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
        return ago.Groups[2].Value.ToLowerInvariant() switch
        {
            "s" or "с" => TimeSpan.FromSeconds(count),
            "m" or "min" or "м" or "мин" => TimeSpan.FromMinutes(count),
            "h" or "ч" => TimeSpan.FromHours(count),
            "w" or "н" => TimeSpan.FromDays(7 * count),
            _ => TimeSpan.FromDays(count),
        };
    }

    [GeneratedRegex(@"^-(\d{1,4})(s|min|m|h|d|w|с|мин|м|ч|д|н)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Ago();

    /// <param name="From">Null for open.</param>
    /// <param name="To">Null for open.</param>
    /// <param name="Exact">The instant, where one was written rather than a span.</param>
    /// <param name="Words">How many it took.</param>
    private sealed record Span(DateTimeOffset? From, DateTimeOffset? To, DateTimeOffset? Exact, int Words);
}
