using System.Globalization;

namespace Gatepost.Configuration;

/// <summary>Durations and sizes as an administrator writes them: <c>"5m"</c>, <c>"1h 30m"</c>, <c>"25MB"</c>.</summary>
public static class Quantity
{
    private static readonly (string Unit, TimeSpan Length)[] DurationUnits =
    [
        ("w", TimeSpan.FromDays(7)), ("d", TimeSpan.FromDays(1)), ("h", TimeSpan.FromHours(1)),
        ("ms", TimeSpan.FromMilliseconds(1)), ("m", TimeSpan.FromMinutes(1)), ("s", TimeSpan.FromSeconds(1)),
    ];

    /// <summary>Powers of 1024, as mail servers have always counted message sizes.</summary>
    private static readonly (string Unit, long Octets)[] SizeUnits =
    [
        ("TB", 1L << 40), ("GB", 1L << 30), ("MB", 1L << 20), ("KB", 1L << 10), ("B", 1),
    ];

    /// <summary>Reads a duration: numbers with the units w d h m s ms, largest first or in any order, spaces allowed.</summary>
    /// <param name="text">For example <c>90s</c>, <c>1h 30m</c>, <c>5d</c>.</param>
    /// <param name="duration">0 to 10,000 days.</param>
    public static bool TryReadDuration(string text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        var rest = text.AsSpan().Trim();
        if (rest.IsEmpty)
            return false;

        while (!rest.IsEmpty)
        {
            if (!TakeNumber(ref rest, out long count) || !TakeUnit(ref rest, out var length) || count > TimeSpan.FromDays(10_000) / length)
                return false;
            duration += length * count;
            rest = rest.TrimStart();
        }

        return duration <= TimeSpan.FromDays(10_000);
    }

    /// <summary>Reads a size: a whole number with B, KB, MB, GB or TB (powers of 1024).</summary>
    public static bool TryReadSize(string text, out long octets)
    {
        octets = 0;
        var rest = text.AsSpan().Trim();
        if (!TakeNumber(ref rest, out long count))
            return false;

        rest = rest.TrimStart();
        foreach (var (unit, factor) in SizeUnits)
        {
            if (!rest.Equals(unit, StringComparison.OrdinalIgnoreCase))
                continue;
            if (count > long.MaxValue / factor)
                return false;
            octets = count * factor;
            return true;
        }

        return false;
    }

    /// <summary>Writes a duration the way <see cref="TryReadDuration"/> reads it, in days at most: "30d" says more than "4w 2d".</summary>
    public static string Show(TimeSpan duration)
    {
        if (duration == TimeSpan.Zero)
            return "0s";

        var parts = new List<string>();
        foreach (var (unit, length) in DurationUnits.Where(known => known.Unit != "w").OrderByDescending(known => known.Length))
        {
            long count = duration.Ticks / length.Ticks;
            if (count == 0)
                continue;
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"{count}{unit}"));
            duration -= length * count;
        }

        return string.Join(' ', parts);
    }

    /// <summary>Writes a size in the largest unit that leaves no remainder.</summary>
    public static string Show(long octets)
    {
        var (unit, factor) = octets == 0 ? SizeUnits[^1] : SizeUnits.First(known => octets % known.Octets == 0);
        return string.Create(CultureInfo.InvariantCulture, $"{octets / factor}{unit}");
    }

    /// <summary>A size for reading: <c>831 B</c>, <c>2.4 KB</c>, <c>25 MB</c>.</summary>
    public static string Approximate(long octets)
    {
        if (octets < 1024)
            return string.Create(CultureInfo.InvariantCulture, $"{octets} B");
        var (unit, factor) = SizeUnits.First(known => octets >= known.Octets);
        double amount = (double)octets / factor;
        return amount.ToString(amount < 10 ? "0.#" : "0", CultureInfo.InvariantCulture) + " " + unit;
    }

    private static bool TakeNumber(ref ReadOnlySpan<char> rest, out long number)
    {
        int digits = 0;
        while (digits < rest.Length && char.IsAsciiDigit(rest[digits]))
            digits++;

        bool read = long.TryParse(rest[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out number);
        rest = rest[digits..];
        return read;
    }

    private static bool TakeUnit(ref ReadOnlySpan<char> rest, out TimeSpan length)
    {
        rest = rest.TrimStart();
        int letters = 0;
        while (letters < rest.Length && char.IsAsciiLetter(rest[letters]))
            letters++;

        foreach (var (unit, known) in DurationUnits)
        {
            if (!rest[..letters].SequenceEqual(unit))
                continue;
            length = known;
            rest = rest[letters..];
            return true;
        }

        length = default;
        return false;
    }
}
