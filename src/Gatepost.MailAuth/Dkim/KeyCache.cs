namespace Gatepost.MailAuth.Dkim;

/// <summary>Records of keys as they were read, for the process: making an RSA key ready costs many times what a check with it costs. What a
/// record says depends on its text alone, so nothing in here grows old.</summary>
/// <remarks>Thread-safe. Two generations: when the young one is full it becomes the old one, and the old one goes.</remarks>
internal static class KeyCache
{
    private const int Generation = 1000;

    /// <summary>Longer texts are read each time: a record of a 4,096-bit key has below 1,000 characters.</summary>
    private const int MaxText = 2000;

    private static readonly Lock Sync = new();
    private static Dictionary<string, KeyRecord> young = new(StringComparer.Ordinal);
    private static Dictionary<string, KeyRecord> old = new(StringComparer.Ordinal);

    /// <summary>The record of that text.</summary>
    public static KeyRecord Read(string text)
    {
        if (text.Length > MaxText)
            return KeyRecord.Read(text);
        lock (Sync)
        {
            if (young.TryGetValue(text, out var known) || old.TryGetValue(text, out known))
                return known;
        }

        var read = KeyRecord.Read(text);
        lock (Sync)
        {
            if (young.Count >= Generation)
                (old, young) = (young, new Dictionary<string, KeyRecord>(StringComparer.Ordinal));
            young[text] = read;
        }

        return read;
    }
}
