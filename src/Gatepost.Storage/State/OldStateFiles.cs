using System.Globalization;
using Gatepost.Policy.Quotas;
using Gatepost.Policy.Reputation;

namespace Gatepost.Storage.State;

/// <summary>
/// The text files in which versions before <c>state.db</c> remembered the same: read once, and removed after the commit that has their
/// content.
/// </summary>
internal sealed class OldStateFiles
{
    private const string Remembered = "remembered.log";

    /// <summary>Oldest first: what a later line says replaces what an earlier one said.</summary>
    private static readonly string[] Names = ["counters.old", "counters.log", Remembered];

    private OldStateFiles(IReadOnlyList<OldStateFile> present) => Present = present;

    /// <summary>Those that are there, in the order in which they are to be read.</summary>
    public IReadOnlyList<OldStateFile> Present { get; }

    public static OldStateFiles In(string folder) => new(
    [
        .. Names.Select(name => new FileInfo(Path.Combine(folder, name))).Where(file => file.Exists)
            .Select(file => new OldStateFile(file.Name, file.FullName, file.Length, file.LastWriteTimeUtc.Ticks)),
    ]);

    /// <summary>Lines <c>ticks window-seconds amount what whose .</c>; torn and strange ones are skipped.</summary>
    public static IEnumerable<CounterEntry> Counts(string path)
    {
        if (Path.GetFileName(path) == Remembered)
            yield break;
        foreach (string line in File.ReadLines(path))
        {
            if (line.Split(' ', 6) is [var ticks, var window, var amount, var what, var whose, "."]
                && TryParseTime(ticks, out var at)
                && int.TryParse(window, NumberStyles.None, CultureInfo.InvariantCulture, out int seconds)
                && int.TryParse(amount, NumberStyles.None, CultureInfo.InvariantCulture, out int count)
                && Enum.TryParse(what, out Counted counted))
                yield return new CounterEntry(
                    new CounterKey(counted, Uri.UnescapeDataString(whose)), at, count, TimeSpan.FromSeconds(seconds));
        }
    }

    /// <summary>Lines <c>kind at until key text .</c>; torn and strange ones are skipped.</summary>
    public static IEnumerable<StateRecord> Records(string path)
    {
        if (Path.GetFileName(path) != Remembered)
            yield break;
        foreach (string line in File.ReadLines(path))
        {
            if (line.Split(' ', 6) is [var kind, var at, var until, var key, var text, "."] && TryParseTime(at, out var since)
                && TryParseTime(until, out var end))
                yield return new StateRecord(kind, Uri.UnescapeDataString(key), since, end, Uri.UnescapeDataString(text));
        }
    }

    public void Remove()
    {
        foreach (var file in Present)
            File.Delete(file.Path);
    }

    private static bool TryParseTime(string ticks, out DateTimeOffset at)
    {
        bool good = long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out long value)
            && value <= DateTimeOffset.MaxValue.UtcTicks;
        at = good ? new DateTimeOffset(value, TimeSpan.Zero) : default;
        return good;
    }
}

/// <summary>A file of an older version.</summary>
/// <param name="Octets">Its length.</param>
/// <param name="Changed">Its last change, in ticks, UTC.</param>
internal sealed record OldStateFile(string Name, string Path, long Octets, long Changed);
