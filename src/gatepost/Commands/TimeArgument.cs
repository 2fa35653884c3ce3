using System.Globalization;
using Gatepost.Configuration;

namespace Gatepost.Commands;

/// <summary>An instant as a person writes it: a time of today, a date, both, or how long ago.</summary>
internal static class TimeArgument
{
    private static readonly string[] Formats = [
        "HH:mm", "HH:mm:ss", "yyyy-MM-dd", "yyyy-MM-dd HH:mm", "yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss"];

    /// <param name="text">Without zone it is local time.</param>
    /// <param name="now">Today's date is taken from it, and "ago" counts back from it.</param>
    /// <returns>Null if it cannot be read.</returns>
    public static DateTimeOffset? Read(string text, DateTimeOffset now)
    {
        text = text.Trim();
        if (Quantity.TryReadDuration(text, out var ago))
            return now - ago;
        if (DateTime.TryParseExact(text, Formats, CultureInfo.InvariantCulture, DateTimeStyles.NoCurrentDateDefault, out var local))
            return Local(local.Year == 1 ? now.LocalDateTime.Date + local.TimeOfDay : local);
        return DateTimeOffset.TryParseExact(text, ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd HH:mm:ssK"],
            CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var exact)
            ? exact
            : null;
    }

    private static DateTimeOffset Local(DateTime local) => new(DateTime.SpecifyKind(local, DateTimeKind.Local));
}
