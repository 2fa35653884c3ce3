using System.Globalization;
using System.Security.Cryptography;
using Gatepost.Files;
using Gatepost.MailAuth.Srs;
using Gatepost.Replies;

namespace Gatepost.Forwarding;

/// <summary>The secrets of rewritten senders in <c>srs.secrets</c> of the data folder, readable by the server's user only: a line for each
/// hour in which mail was forwarded, as long as a bounce may come back.</summary>
/// <param name="data">The data folder.</param>
/// <param name="report">Takes why a secret cannot be read or kept.</param>
internal sealed class SrsSecretFile(string data, Action<Finding> report) : ISrsSecrets
{
    private const int Length = 32;

    private readonly string file = Path.Combine(data, "srs.secrets");
    private readonly Lock sync = new();
    private SortedDictionary<long, byte[]>? known;

    public (long Hour, ReadOnlyMemory<byte> Secret) Current(long hour)
    {
        lock (sync)
        {
            var kept = Kept();
            if (kept.TryGetValue(hour, out var found))
                return (hour, found);
            byte[] made = RandomNumberGenerator.GetBytes(Length);
            try
            {
                Write(kept.Where(one => hour - one.Key <= SrsRewriter.HoursValid).Append(new(hour, made)));
            }
            catch (Exception failure) when (Disk.IsFailure(failure))
            {
                report(OurEvidence.SrsSecretNotKept.Say(failure.Message));
                var last = kept.LastOrDefault(one => one.Key < hour && hour - one.Key <= SrsRewriter.HoursValid);
                return last.Value is null ? throw new IOException(failure.Message, failure) : (last.Key, last.Value);
            }

            foreach (long old in kept.Keys.Where(one => hour - one > SrsRewriter.HoursValid).ToList())
                kept.Remove(old);
            kept[hour] = made;
            return (hour, made);
        }
    }

    public ReadOnlyMemory<byte>? Find(long hour)
    {
        lock (sync)
        {
            if (Kept().TryGetValue(hour, out var found))
                return found;
            return null;
        }
    }

    /// <exception cref="IOException">The file is there and cannot be read: no address may be called forged because of that.</exception>
    private SortedDictionary<long, byte[]> Kept()
    {
        if (known is not null)
            return known;
        var read = new SortedDictionary<long, byte[]>();
        foreach (string line in File.Exists(file) ? File.ReadAllLines(file) : [])
        {
            string[] words = line.Split(' ');
            byte[] secret = new byte[Length];
            if (words.Length == 2 && long.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out long hour)
                && Convert.TryFromBase64String(words[1], secret, out int length) && length == Length)
                read[hour] = secret;
            else
                report(OurEvidence.SrsSecretUnreadable.Say(file));
        }

        return known = read;
    }

    private void Write(IEnumerable<KeyValuePair<long, byte[]>> secrets) => Disk.ReplacePrivate(file, string.Concat(secrets.Select(
        one => string.Create(CultureInfo.InvariantCulture, $"{one.Key} {Convert.ToBase64String(one.Value)}\n"))));
}
