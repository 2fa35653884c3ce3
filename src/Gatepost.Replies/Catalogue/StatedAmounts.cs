using System.Globalization;
using Gatepost.Replies.Matching;

namespace Gatepost.Replies.Catalogue;

/// <summary>Numbers that a reply states of its limits: how many, how large, in which time, how long to wait.</summary>
internal sealed class StatedAmounts(PhraseLists phrases)
{
    /// <summary>A number larger than this beside "size" is one of octets.</summary>
    private const long FewestOctets = 1000;

    private static readonly (string Unit, long Octets)[] Units =
    [
        ("kib", 1024), ("kbyte", 1000), ("kb", 1000), ("mib", 1024 * 1024), ("mbyte", 1_000_000), ("mb", 1_000_000), ("gib", 1L << 30),
        ("gb", 1_000_000_000), ("byte", 1), ("octet", 1), ("кб", 1000), ("мб", 1_000_000), ("гб", 1_000_000_000), ("байт", 1),
    ];

    /// <param name="Value">The number.</param>
    /// <param name="Start">Where it is.</param>
    /// <param name="End">Where it ends, its unit included.</param>
    /// <param name="IsSize">True with a unit of size.</param>
    private sealed record Number(long Value, int Start, int End, bool IsSize);

    private readonly (StatedPeriod Period, PhraseList Phrases)[] periods =
        [.. Enum.GetValues<StatedPeriod>().Select(period => (period, phrases["per-" + KebabCase.Of(period)]))];

    /// <param name="facts">What is known so far.</param>
    /// <param name="said">The text.</param>
    /// <param name="folded">The same folded.</param>
    public StatedFacts AddTo(StatedFacts facts, string said, FoldedText folded)
    {
        var numbers = NumbersIn(said);
        if (numbers.Count == 0)
            return facts with { Period = PeriodOf(folded) };
        var wait = numbers.Find(number => UnitOfTime(said, number) is not null && phrases["wait-before"].EndsIn(Before(said, number)));
        if (wait is not null)
            facts = facts with { Wait = UnitOfTime(said, wait) * wait.Value };
        numbers.RemoveAll(number => UnitOfTime(said, number) is not null);
        bool sized = phrases["size"].IsIn(folded);
        var (count, limit) = PairOf(said, numbers);
        limit ??= numbers.Find(number => phrases["limit-before"].EndsIn(Before(said, number)) || phrases["limit-after"].Begins(
            said.AsSpan(number.End).TrimStart(" :)\"'")));
        if (limit is null)
            return facts with { Period = PeriodOf(folded) };
        bool size = limit.IsSize || (sized && limit.Value >= FewestOctets);
        count ??= numbers.Find(number => number != limit && phrases["count-before"].EndsIn(Before(said, number)));
        return size
            ? facts with { SizeLimit = new DataSize(limit.Value), Size = count is { } large ? new DataSize(large.Value) : null }
            : facts with { Limit = limit.Value, Count = count?.Value, Period = PeriodOf(folded) };
    }

    /// <summary>"250/200", "251 > 250", "12345 exceeds 10240": the first is what there was, the second what is allowed.</summary>
    private (Number? Count, Number? Limit) PairOf(string said, List<Number> numbers)
    {
        for (int i = 1; i < numbers.Count; i++)
        {
            var between = said.AsSpan(numbers[i - 1].End, numbers[i].Start - numbers[i - 1].End).Trim(" ()[]:");
            if ((between is "/" or ">" && numbers[i - 1].Value >= numbers[i].Value) || phrases["exceeds"].IsIn(between))
                return (numbers[i - 1], numbers[i]);
        }

        return (null, null);
    }

    private StatedPeriod? PeriodOf(FoldedText said)
    {
        foreach (var (period, words) in periods)
            if (words.IsIn(said))
                return period;
        return null;
    }

    private TimeSpan? UnitOfTime(string said, Number number)
    {
        var behind = said.AsSpan(number.End).TrimStart(" ");
        return phrases["seconds"].Begins(behind) ? TimeSpan.FromSeconds(1) : phrases["minutes"].Begins(behind) ? TimeSpan.FromMinutes(1)
            : phrases["hours"].Begins(behind) ? TimeSpan.FromHours(1) : null;
    }

    private static ReadOnlySpan<char> Before(string said, Number number) =>
        said.AsSpan(Math.Max(0, number.Start - 40), Math.Min(40, number.Start)).TrimEnd(" \t:=([<\"'`");

    /// <summary>Whole numbers that are no part of an address, a name, a status or an identifier.</summary>
    private static List<Number> NumbersIn(string said)
    {
        var numbers = new List<Number>();
        for (int at = 0; at < said.Length && numbers.Count < 16; at++)
        {
            if (!char.IsAsciiDigit(said[at])
                || (at > 0 && (char.IsLetterOrDigit(said[at - 1]) || said[at - 1] is '.' or '-' or '_' or '@' or '#')))
                continue;
            int end = at;
            while (end < said.Length && char.IsAsciiDigit(said[end]))
                end++;
            if (end - at <= 12 && !GoesOn(said, end)
                && long.TryParse(said.AsSpan(at, end - at), CultureInfo.InvariantCulture, out long value))
            {
                var (octets, length) = UnitAt(said, end);
                numbers.Add(new Number(octets > 0 ? value * octets : value, at, end + length, octets > 0));
            }

            at = end - 1;
            while (at + 1 < said.Length && !char.IsWhiteSpace(said[at + 1]) && said[at + 1] is not ('/' or '>' or ')' or ',' or '('))
                at++;
        }

        return numbers;
    }

    private static bool GoesOn(string said, int end) =>
        end < said.Length && ((said[end] is '.' or ':' or '-' && end + 1 < said.Length && char.IsLetterOrDigit(said[end + 1]))
            || said[end] is '@' or '_' or '%'
            || (char.IsLetter(said[end]) && UnitAt(said, end).Length == 0 && said[end] is not ('s' or 'm' or 'h')));

    private static (long Octets, int Length) UnitAt(string said, int end)
    {
        int from = end < said.Length && said[end] == ' ' ? end + 1 : end;
        foreach (var (unit, octets) in Units)
            if (said.AsSpan(from).StartsWith(unit, StringComparison.OrdinalIgnoreCase))
            {
                int stop = from + unit.Length;
                while (stop < said.Length && char.IsLetter(said[stop]))
                    stop++;
                if (stop - from - unit.Length <= 2)
                    return (octets, stop - end);
            }

        return (0, 0);
    }
}
