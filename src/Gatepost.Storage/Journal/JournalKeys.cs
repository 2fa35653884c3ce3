using System.IO.Hashing;
using System.Net;
using System.Text;
using Gatepost.Smtp;
using Gatepost.Storage.Ids;

namespace Gatepost.Storage.Journal;

/// <summary>What an event can be found by: ids, addresses, their domains, IP addresses; without case.</summary>
internal static class JournalKeys
{
    private const int Longest = 512;

    /// <summary>The hash a key stands for in the index. Two keys may share one; the events themselves are compared then.</summary>
    public static ulong Hash(ReadOnlySpan<char> key)
    {
        if (key.Length > Longest)
            key = key[..Longest];
        Span<char> lower = stackalloc char[Longest];
        int length = key.ToLowerInvariant(lower);
        Span<byte> utf8 = stackalloc byte[Longest * 3];
        return XxHash3.HashToUInt64(utf8[..Encoding.UTF8.GetBytes(lower[..length], utf8)]);
    }

    /// <summary><c>@domain</c> of an address; empty where it has none.</summary>
    public static ReadOnlySpan<char> DomainOf(string address)
    {
        int at = address.LastIndexOf('@');
        return at <= 0 ? [] : address.AsSpan(at);
    }

    public static string Of(IPAddress address) => address.Plain().ToString();

    /// <summary>The forms in which a key that a person wrote may stand in the journal.</summary>
    public static IEnumerable<string> FormsOf(string written)
    {
        string key = written.Trim().Trim('<', '>');
        yield return key;
        if (IPAddress.TryParse(key, out var address) && Of(address) is var canonical && canonical != key)
            yield return canonical;
        if (QueueIds.Read(key) is { } id && QueueIds.Write(id) is var queueId && !queueId.Equals(key, StringComparison.OrdinalIgnoreCase))
            yield return queueId;
    }
}
