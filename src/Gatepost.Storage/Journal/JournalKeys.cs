using System.Globalization;
using System.IO.Hashing;
using System.Net;
using System.Text;
using Gatepost.Smtp;
using Gatepost.Smtp.Search;
using Gatepost.Storage.Ids;

namespace Gatepost.Storage.Journal;

/// <summary>
/// What an event can be found by. Ids, addresses, their domains with @ and IP addresses are hashed as they are; every other key begins with
/// its kind, so that a rule and a host of the same name are two.
/// </summary>
internal static class JournalKeys
{
    private const int Longest = 512;

    private const string CodeKind = "code:", OutcomeKind = "outcome:", HostKind = "host:";

    /// <summary>Domains above a host name that it is found by.</summary>
    private const int MaxDomainsAbove = 4;

    /// <summary>Networks around an address that it is found by: lengths of their prefixes in bits.</summary>
    private static readonly int[] Prefixes4 = [24, 16], Prefixes6 = [64, 48, 32];

    /// <summary>
    /// The hash of a key in the index, without case. Two keys may share one; the events themselves are compared then.
    /// </summary>
    public static ulong Hash(ReadOnlySpan<char> key) => Hash("", key);

    /// <param name="kind">With its colon.</param>
    /// <param name="key">What is of that kind.</param>
    public static ulong Hash(ReadOnlySpan<char> kind, ReadOnlySpan<char> key)
    {
        if (key.Length > Longest)
            key = key[..Longest];
        Span<char> lower = stackalloc char[Longest + 16];
        kind.CopyTo(lower);
        int length = kind.Length + key.ToLowerInvariant(lower[kind.Length..]);
        Span<byte> utf8 = stackalloc byte[(Longest + 16) * 3];
        return XxHash3.HashToUInt64(utf8[..Encoding.UTF8.GetBytes(lower[..length], utf8)]);
    }

    public static ulong OfCode(int code) => Hash(CodeKind, code.ToString("000", CultureInfo.InvariantCulture));

    public static ulong OfOutcome(StoryOutcome outcome) => Hash(OutcomeKind, outcome.ToString());

    /// <summary>Adds all keys of a string.</summary>
    public static void Add(string text, KeyRoles roles, HashSet<ulong> keys)
    {
        if ((roles & (KeyRoles.Plain | KeyRoles.Address)) != 0)
            keys.Add(Hash(text));
        if ((roles & KeyRoles.Address) != 0 && DomainOf(text) is { IsEmpty: false } domain)
            keys.Add(Hash(domain));
        if ((roles & KeyRoles.Network) != 0)
            AddNetworks(text, keys);
        if ((roles & KeyRoles.Host) != 0)
            AddHost(text, keys);
        for (int kind = (int)KeyRoles.Login; kind <= (int)KeyRoles.Status; kind <<= 1)
        {
            if (((int)roles & kind) != 0)
                keys.Add(Hash(PrefixOf((KeyRoles)kind), text));
        }
    }

    /// <summary>The hashes one of which a block has if it may have the key; null if the index does not know it.</summary>
    /// <param name="key">What is looked for.</param>
    /// <param name="earlier">Whether the file was written before the index had kinds.</param>
    public static IReadOnlyList<ulong>? HashesOf(SearchKey key, bool earlier) => key.Kind switch
    {
        SearchKind.Id or SearchKind.Address => [Hash(key.Value)],
        SearchKind.Domain => [Hash("@", key.Value)],
        SearchKind.Ip => IPAddress.TryParse(key.Value, out var address) ? [Hash(Of(address))] : [],
        // Earlier versions recorded failed log-ins alone, under the account as their sender.
        SearchKind.Login => earlier ? [Hash(key.Value)] : [Hash(PrefixOf(KeyRoles.Login), key.Value)],
        SearchKind.Text => null,
        // Earlier versions did not record the Message-ID.
        SearchKind.MessageId => earlier ? [] : [Hash(PrefixOf(KeyRoles.MessageId), key.Value)],
        _ when earlier => null,
        SearchKind.Network => IPNetwork.TryParse(key.Value, out var network) ? HashesOf(network) : [],
        SearchKind.Host => [Hash(HostKind, Host(key.Value))],
        SearchKind.Code => [Hash(CodeKind, key.Value)],
        SearchKind.Outcome => [Hash(OutcomeKind, key.Value)],
        SearchKind.Rule => [Hash(PrefixOf(KeyRoles.Rule), key.Value)],
        SearchKind.Entry => [Hash(PrefixOf(KeyRoles.Entry), key.Value)],
        SearchKind.Reason => [Hash(PrefixOf(KeyRoles.Reason), key.Value)],
        SearchKind.Status => [Hash(PrefixOf(KeyRoles.Status), key.Value)],
        _ => null,
    };

    /// <summary><c>@domain</c> of an address; empty if it has none.</summary>
    public static ReadOnlySpan<char> DomainOf(string address)
    {
        int at = address.LastIndexOf('@');
        return at <= 0 ? [] : address.AsSpan(at);
    }

    public static string Of(IPAddress address) => address.Plain().ToString();

    /// <summary>A host name without its final dot.</summary>
    public static ReadOnlySpan<char> Host(string name) => name.AsSpan().TrimEnd('.');

    /// <summary>The forms in which a key that a person wrote may be in the journal.</summary>
    public static IEnumerable<string> FormsOf(string written)
    {
        string key = written.Trim().Trim('<', '>');
        yield return key;
        if (IPAddress.TryParse(key, out var address) && Of(address) is var canonical && canonical != key)
            yield return canonical;
        if (QueueIds.Read(key) is { } id && QueueIds.Write(id) is var queueId && !queueId.Equals(key, StringComparison.OrdinalIgnoreCase))
            yield return queueId;
    }

    private static string PrefixOf(KeyRoles kind) => kind switch
    {
        KeyRoles.Login => "login:",
        KeyRoles.MessageId => "message-id:",
        KeyRoles.Rule => "rule:",
        KeyRoles.Entry => "entry:",
        KeyRoles.Reason => "reason:",
        _ => "status:",
    };

    private static void AddHost(string name, HashSet<ulong> keys)
    {
        var rest = Host(name);
        for (int above = 0; above <= MaxDomainsAbove && !rest.IsEmpty; above++)
        {
            keys.Add(Hash(HostKind, rest));
            int dot = rest.IndexOf('.');
            if (dot < 0 || !rest[(dot + 1)..].Contains('.') || rest[0] == '[')
                break;
            rest = rest[(dot + 1)..];
        }
    }

    private static void AddNetworks(string text, HashSet<ulong> keys)
    {
        if (!IPAddress.TryParse(text, out var address))
            return;
        Span<byte> octets = stackalloc byte[16];
        address.TryWriteBytes(octets, out int length);
        foreach (int prefix in PrefixesOf(length))
            keys.Add(HashOfNetwork(octets[..length], prefix));
    }

    /// <summary>The next wider network of the index, or all the narrower ones in it; null if those are too many.</summary>
    private static List<ulong>? HashesOf(IPNetwork network)
    {
        byte[] octets = network.BaseAddress.GetAddressBytes();
        int[] prefixes = PrefixesOf(octets.Length);
        foreach (int prefix in prefixes)
        {
            if (prefix <= network.PrefixLength)
                return [HashOfNetwork(octets, prefix)];
        }

        int missing = prefixes[^1] - network.PrefixLength;
        if (missing > 8)
            return null;
        var hashes = new List<ulong>(1 << missing);
        int last = (prefixes[^1] / 8) - 1;
        byte first = octets[last];
        for (int i = 0; i < 1 << missing; i++)
        {
            octets[last] = (byte)(first + i);
            hashes.Add(HashOfNetwork(octets, prefixes[^1]));
        }

        return hashes;
    }

    private static int[] PrefixesOf(int octets) => octets == 4 ? Prefixes4 : Prefixes6;

    private static ulong HashOfNetwork(ReadOnlySpan<byte> address, int prefix)
    {
        // No text begins with this octet, so a network is never taken for one.
        Span<byte> key = stackalloc byte[2 + 16];
        (key[0], key[1]) = (0xFF, (byte)prefix);
        address[..(prefix / 8)].CopyTo(key[2..]);
        return XxHash3.HashToUInt64(key[..(2 + (prefix / 8))]);
    }
}
