using System.Security.Cryptography.X509Certificates;
using Gatepost.Acme.Protocol;
using Gatepost.Smtp;

namespace Gatepost.Acme;

/// <summary>When certificates are renewed and failed orders tried again; never all at the same time.</summary>
internal static class RenewalTime
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMinutes(5), LongestPause = TimeSpan.FromHours(12);

    /// <summary>An authority may want to be left alone for that long; a mistake in its answer must not stop renewals for years.</summary>
    public static readonly TimeSpan LongestRetryAfter = TimeSpan.FromDays(7);

    /// <summary>After two thirds of its life, 3 % of it sooner or later.</summary>
    public static DateTimeOffset Of(X509Certificate2 certificate, Chance chance)
    {
        var (begin, end) = Life(certificate);
        return begin + ((end - begin) * ((2.0 / 3) + ((chance.NextDouble() - 0.5) * 0.06)));
    }

    /// <summary>Somewhere in the window that the authority asks for (RFC 9773 §4.2).</summary>
    public static DateTimeOffset Of(RenewalWindow window, Chance chance) =>
        window.Start + ((window.End - window.Start) * chance.NextDouble());

    /// <summary>Whether so little of its life is left that a renewal must not wait for anything any more: a sixth.</summary>
    public static bool IsLate(X509Certificate2 certificate, DateTimeOffset now)
    {
        var (begin, end) = Life(certificate);
        return end - now < (end - begin) / 6;
    }

    /// <summary>When a failed order is tried again: 5 min, then twice as long each time up to 12 h, a tenth sooner or later.</summary>
    /// <param name="failures">In a row, this one included.</param>
    /// <param name="retryAt">What the authority asked for; null for nothing.</param>
    public static DateTimeOffset AfterFailure(int failures, DateTimeOffset? retryAt, DateTimeOffset now, Chance chance)
    {
        var pause = FirstPause * Math.Pow(2, Math.Clamp(failures - 1, 0, 10));
        var next = now + ((pause < LongestPause ? pause : LongestPause) * (0.9 + (chance.NextDouble() * 0.2)));
        if (retryAt is not { } asked || asked < next)
            return next;
        return asked < now + LongestRetryAfter ? asked : now + LongestRetryAfter;
    }

    private static (DateTimeOffset Begin, DateTimeOffset End) Life(X509Certificate2 certificate) =>
        (new(certificate.NotBefore), new(certificate.NotAfter));
}
