using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Gatepost.Replies;

namespace Gatepost.MailAuth.Spf;

/// <summary>A published record, read as a whole before any of it is evaluated (RFC 7208 §4.6).</summary>
internal sealed class SpfRecord
{
    private const string Version = "v=spf1";
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789");

    private readonly List<SpfTerm> terms = [];

    private SpfRecord()
    {
    }

    public IReadOnlyList<SpfTerm> Terms => terms;

    /// <summary>Whose record holds if no term matches.</summary>
    public SpfMacroString? Redirect { get; private set; }

    /// <summary>Where the text for the rejected sender is.</summary>
    public SpfMacroString? Explanation { get; private set; }

    /// <summary>Whether a TXT record is one of SPF, well written or not: the version, then a space or the end (RFC 7208 §4.5).</summary>
    public static bool IsSpf(string text) =>
        text.StartsWith(Version, StringComparison.OrdinalIgnoreCase) && (text.Length == Version.Length || text[Version.Length] == ' ');

    /// <summary>Reads a record for which <see cref="IsSpf"/> holds; null with the term that breaks the grammar and why.</summary>
    public static SpfRecord? Parse(string text, out string term, out Finding? why)
    {
        var record = new SpfRecord();
        foreach (string word in text[Version.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            term = word;
            why = record.Add(word);
            if (why is not null)
                return null;
        }

        (term, why) = ("", null);
        return record;
    }

    private Finding? Add(string word)
    {
        if (word.AsSpan().ContainsAnyExceptInRange('!', '~'))
            return System.Text.Ascii.IsValid(word) ? OurEvidence.SpfControlCharacter.Say() : OurEvidence.SpfNotAscii.Say();

        int sign = "+-?~".Contains(word[0], StringComparison.Ordinal) ? 1 : 0;
        int end = sign;
        while (end < word.Length && (char.IsAsciiLetterOrDigit(word[end]) || word[end] is '-' or '_' or '.'))
            end++;
        string name = word[sign..end].ToLowerInvariant();
        if (sign == 0 && end < word.Length && word[end] == '=')
            return AddModifier(name, word[(end + 1)..]);

        var result = word[0] switch
        {
            '-' => AuthResult.Fail,
            '~' => AuthResult.SoftFail,
            '?' => AuthResult.Neutral,
            _ => AuthResult.Pass,
        };
        return AddMechanism(word, result, name, word[end..]);
    }

    private Finding? AddModifier(string name, string value)
    {
        if (name.Length == 0 || !char.IsAsciiLetter(name[0]))
            return OurEvidence.SpfModifierName.Say();
        bool isKnown = name is "redirect" or "exp";
        if (SpfMacroString.Parse(value, isKnown ? SpfMacroUse.Domain : SpfMacroUse.Modifier, out var why) is not { } parsed)
            return why;
        if (!isKnown)
            return null;
        if (name == "redirect" ? Redirect is not null : Explanation is not null)
            return OurEvidence.SpfModifierTwice.Say(name);
        if (name == "redirect")
            Redirect = parsed;
        else
            Explanation = parsed;
        return null;
    }

    private Finding? AddMechanism(string word, AuthResult result, string name, string rest)
    {
        SpfMechanism? mechanism = name switch
        {
            "all" => SpfMechanism.All,
            "include" => SpfMechanism.Include,
            "a" => SpfMechanism.A,
            "mx" => SpfMechanism.Mx,
            "ptr" => SpfMechanism.Ptr,
            "ip4" => SpfMechanism.Ip4,
            "ip6" => SpfMechanism.Ip6,
            "exists" => SpfMechanism.Exists,
            _ => null,
        };
        if (mechanism is not { } known)
            return OurEvidence.SpfUnknownMechanism.Say(SafeText.Of(name, 100));

        var term = new SpfTerm(word, result, known);
        var why = known switch
        {
            SpfMechanism.All => rest.Length == 0 ? null : OurEvidence.SpfArgumentUnexpected.Say(name),
            SpfMechanism.Ip4 or SpfMechanism.Ip6 => ReadNetwork(ref term, rest),
            SpfMechanism.A or SpfMechanism.Mx => ReadPrefixes(ref term, ref rest) ?? ReadDomain(ref term, name, rest, mayBeLeftOut: true),
            _ => ReadDomain(ref term, name, rest, mayBeLeftOut: known == SpfMechanism.Ptr),
        };
        if (why is null)
            terms.Add(term);
        return why;
    }

    private static Finding? ReadDomain(ref SpfTerm term, string name, string rest, bool mayBeLeftOut)
    {
        if (rest.Length == 0)
            return mayBeLeftOut ? null : OurEvidence.SpfDomainMissing.Say();
        if (rest[0] != ':')
            return OurEvidence.SpfArgumentUnexpected.Say(name);
        var domain = SpfMacroString.Parse(rest[1..], SpfMacroUse.Domain, out var why);
        term = term with { Domain = domain };
        return why;
    }

    /// <summary>Takes <c>/24</c>, <c>//64</c> or <c>/24//64</c> off the end; a slash elsewhere belongs to the domain.</summary>
    private static Finding? ReadPrefixes(ref SpfTerm term, ref string rest)
    {
        int six = rest.LastIndexOf("//", StringComparison.Ordinal);
        if (six >= 0 && IsNumber(rest[(six + 2)..]))
        {
            if (Prefix(rest[(six + 2)..], 128) is not { } bits)
                return OurEvidence.SpfPrefix.Say(SafeText.Of(rest[six..], 100), 128);
            term = term with { Prefix6 = bits };
            rest = rest[..six];
        }

        int four = rest.LastIndexOf('/');
        if (four >= 0 && IsNumber(rest[(four + 1)..]))
        {
            if (Prefix(rest[(four + 1)..], 32) is not { } bits)
                return OurEvidence.SpfPrefix.Say(SafeText.Of(rest[four..], 100), 32);
            term = term with { Prefix4 = bits };
            rest = rest[..four];
        }

        return null;
    }

    private static Finding? ReadNetwork(ref SpfTerm term, string rest)
    {
        bool isFour = term.Mechanism == SpfMechanism.Ip4;
        int most = isFour ? 32 : 128;
        int slash = rest.IndexOf('/', StringComparison.Ordinal);
        string network = slash < 0 ? rest : rest[..slash];
        if (network.Length < 2 || network[0] != ':' || (isFour ? Four(network[1..]) : Six(network[1..])) is not { } address)
            return OurEvidence.SpfNetwork.Say(SafeText.Of(rest.TrimStart(':'), 100));
        int? bits = slash < 0 ? most : Prefix(rest[(slash + 1)..], most);
        if (bits is null)
            return OurEvidence.SpfPrefix.Say(SafeText.Of(rest[slash..], 100), most);
        term = isFour ? term with { Network = address, Prefix4 = bits.Value } : term with { Network = address, Prefix6 = bits.Value };
        return null;
    }

    private static bool IsNumber(string text) => text.Length > 0 && !text.AsSpan().ContainsAnyExcept(Digits);

    /// <summary>No leading zeros: they could mean octal.</summary>
    private static int? Prefix(string text, int most) =>
        IsNumber(text) && text.Length <= 3 && (text.Length == 1 || text[0] != '0')
        && int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture) is var bits && bits <= most ? bits : null;

    /// <summary>Exactly four decimal numbers; the library would take <c>1.2.3</c> and <c>0x7f.1</c> too.</summary>
    private static IPAddress? Four(string text)
    {
        string[] numbers = text.Split('.');
        return numbers.Length == 4 && numbers.All(static number => Prefix(number, 255) is not null) ? IPAddress.Parse(text) : null;
    }

    private static IPAddress? Six(string text)
    {
        int colon = text.LastIndexOf(':');
        string tail = text[(colon + 1)..];
        return colon >= 0 && text.Length <= 45
            && text.All(static c => char.IsAsciiHexDigit(c) || c is ':' or '.')
            && (!tail.Contains('.', StringComparison.Ordinal) || Four(tail) is not null)
            && IPAddress.TryParse(text, out var address) && address.AddressFamily == AddressFamily.InterNetworkV6 ? address : null;
    }
}
