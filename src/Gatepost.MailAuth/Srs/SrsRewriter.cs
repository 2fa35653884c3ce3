using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.MailAuth.Srs;

/// <summary>The Sender Rewriting Scheme: an address of ours under which a forward is sent, and which leads a bounce back to the true
/// sender.</summary>
/// <remarks>
/// <c>SRS0=HASH=TT=domain=local</c> for a sender as it is, <c>SRS1=TTHASH=host==HASH=TT=domain=local</c> for one that another forwarder
/// has rewritten, so that the address does not grow with each of them. TT is the hour modulo 1,024 in base32, where others have the day:
/// only the host that wrote it reads it, and so each hour has a secret of its own. Hashes are compared without case, because some servers
/// lose it. Thread-safe.
/// </remarks>
/// <param name="secrets">Of each hour.</param>
/// <param name="time">For the age of stamps.</param>
public sealed class SrsRewriter(ISrsSecrets secrets, TimeProvider time)
{
    /// <summary>How long a bounce can take: 21 days. Queues keep mail for 5 to 7.</summary>
    public const int HoursValid = 21 * 24;

    private const int StampPeriod = 1024;
    private const int StampLength = 2;
    private const int HashLength = 6;
    private const string Digits = "abcdefghijklmnopqrstuvwxyz234567";

    /// <summary>Whether a local part has the form, ours or not.</summary>
    /// <param name="localPart">Without quotes.</param>
    public static bool IsRewritten(string localPart) =>
        localPart.Length > 5 && (StartsWith(localPart, "SRS0") || StartsWith(localPart, "SRS1")) && localPart[4] is '=' or '+' or '-';

    /// <summary>The address under which a forward is sent.</summary>
    /// <param name="sender">With a domain.</param>
    /// <param name="domain">One whose mail comes to us.</param>
    /// <param name="accepted">When the message was accepted, for the stamp: each retry has the same sender, as greylisting and the
    /// receiver's limits count by it.</param>
    /// <returns>Null if it would be longer than an address may be.</returns>
    /// <exception cref="IOException">No secret can be kept.</exception>
    public Mailbox? Rewrite(Mailbox sender, string domain, DateTimeOffset accepted)
    {
        var (hour, secret) = secrets.Current(Hour(accepted));
        string stamp = Stamp(hour);
        string local = Unquoted(sender.LocalPart);
        // In A-labels, so that only a local part beyond ASCII needs SMTPUTF8.
        string from = Ascii.IsValid(local) ? DomainName.ToAscii(sender.Domain) : sender.Domain;
        if (PartsOfRewritten(local, from) is var (host, rest))
            return Address($"SRS1={stamp}{Hash(secret, "1", stamp, host, rest)}={host}={rest}", domain);
        return Address($"SRS0={Hash(secret, "0", stamp, from, local)}={stamp}={from}={local}", domain);
    }

    /// <summary>Finds the sender again.</summary>
    /// <param name="address">For which <see cref="IsRewritten"/> holds.</param>
    public SrsReading Undo(Mailbox address)
    {
        string local = Unquoted(address.LocalPart);
        bool isFirst = StartsWith(local, "SRS0");
        string[] parts = local[5..].Split('=', isFirst ? 4 : 3);
        if (parts.Length != (isFirst ? 4 : 3) || parts[^1].Length == 0)
            return new SrsReading(null, OurEvidence.SrsForm.Say());
        var (hash, stamp) = isFirst ? (parts[0], parts[1])
            : parts[0].Length > StampLength ? (parts[0][StampLength..], parts[0][..StampLength])
            : ("", "");
        if (HourOf(stamp) is not { } hour)
            return new SrsReading(null, OurEvidence.SrsForm.Say());
        if (Hour(time.GetUtcNow()) - hour > HoursValid)
            return new SrsReading(null, OurEvidence.SrsExpired.Say(HoursValid / 24), IsExpired: true);
        var (domain, rest) = (parts[^2], parts[^1]);
        if (secrets.Find(hour) is not { } secret || !IsSame(hash, Hash(secret, isFirst ? "0" : "1", stamp, domain, rest)))
            return new SrsReading(null, OurEvidence.SrsForged.Say());
        return Address(isFirst ? rest : "SRS0" + rest, domain) is { } sender
            ? new SrsReading(sender, null)
            : new SrsReading(null, OurEvidence.SrsForm.Say());
    }

    /// <summary>What an SRS1 address says of a sender that a forwarder rewrote: its host, and the rest with the separator in
    /// front; null for a sender of another form.</summary>
    private static (string Host, string After)? PartsOfRewritten(string local, string domain)
    {
        if (!IsRewritten(local))
            return null;
        if (StartsWith(local, "SRS0"))
            return (domain, local[4..]);
        string[] parts = local[5..].Split('=', 3);
        return parts.Length == 3 && parts[1].Length > 0 && parts[2].Length > 0 ? (parts[1], parts[2]) : null;
    }

    private static long Hour(DateTimeOffset at) => at.ToUnixTimeSeconds() / 3600;

    private static string Stamp(long hour) => $"{Digits[(int)(hour % StampPeriod / 32)]}{Digits[(int)(hour % 32)]}";

    /// <summary>The latest hour with that stamp, at most one ahead: clocks of two nodes differ.</summary>
    private long? HourOf(string stamp)
    {
        if (stamp.Length != StampLength)
            return null;
        int high = Digits.IndexOf(char.ToLowerInvariant(stamp[0])), low = Digits.IndexOf(char.ToLowerInvariant(stamp[1]));
        if (high < 0 || low < 0)
            return null;
        long ahead = Hour(time.GetUtcNow()) + 1;
        long age = (((ahead - ((high * 32) + low)) % StampPeriod) + StampPeriod) % StampPeriod;
        return ahead - age;
    }

    /// <summary>30 bits: a guess succeeds once in 10⁹ recipients, and each wrong one is refused.</summary>
    private static string Hash(ReadOnlyMemory<byte> secret, string kind, string stamp, string domain, string rest)
    {
        string text = string.Join('\n', kind, stamp, domain, rest).ToLowerInvariant();
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(secret.Span, Encoding.UTF8.GetBytes(text), mac);
        Span<char> hash = stackalloc char[HashLength];
        uint bits = BinaryPrimitives.ReadUInt32BigEndian(mac);
        for (int i = 0; i < HashLength; i++)
            hash[i] = Digits[(int)(bits >> (32 - (5 * (i + 1))) & 31)];
        return new string(hash);
    }

    private static bool IsSame(string given, string made) => CryptographicOperations.FixedTimeEquals(
        Encoding.UTF8.GetBytes(given.ToLowerInvariant()), Encoding.UTF8.GetBytes(made));

    private static bool StartsWith(string local, string word) => local.StartsWith(word, StringComparison.OrdinalIgnoreCase);

    /// <summary>Quoted only if it must be.</summary>
    private static Mailbox? Address(string local, string domain) =>
        Mailbox.TryParse($"{local}@{domain}", out var plain) && plain.Domain == domain ? plain
        : Mailbox.TryParse($"\"{local}\"@{domain}", out var quoted) && quoted.Domain == domain ? quoted
        : null;

    /// <summary>Escapes stay: they are needed again between the quotes.</summary>
    private static string Unquoted(string local) => local is ['"', .., '"'] and { Length: > 2 } ? local[1..^1] : local;
}
