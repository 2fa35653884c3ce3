namespace Gatepost.Acme;

/// <summary>Failed orders of this run: what the disk did not take is still known.</summary>
internal sealed class OrderFailures
{
    private readonly Dictionary<string, (int Count, DateTimeOffset NotBefore)> last = new(StringComparer.Ordinal);

    /// <summary>A limit of the authority holds every order back until then.</summary>
    public DateTimeOffset PausedUntil { get; set; }

    public int CountOf(string name, CertificateState kept) => Math.Max(kept.Failures, last.GetValueOrDefault(name).Count);

    public void Note(string name, int count, DateTimeOffset notBefore) => last[name] = (count, notBefore);

    public void Forget(string name) => last.Remove(name);

    /// <summary>Whether it is too early for another order. A time too far ahead comes from a clock that was wrong.</summary>
    public bool MustWait(string name, CertificateState kept, DateTimeOffset now)
    {
        var until = last.TryGetValue(name, out var known) && (kept.NotBefore is null || known.NotBefore > kept.NotBefore)
            ? known.NotBefore : kept.NotBefore;
        return until > now && until <= now + RenewalTime.LongestRetryAfter;
    }
}
