using System.Globalization;
using System.Text;
using Gatepost.MailAuth.Message;
using Gatepost.Replies;

namespace Gatepost.MailAuth.Dkim;

/// <summary>Reads the values of a signature's tags. The first that is wrong is kept as the fault; from then on nothing is read.</summary>
internal sealed class SignatureReader(TagList tags)
{
    private const int Shown = 80;

    public Finding? Fault { get; private set; } = tags.Fault is not { } fault ? null
        : fault.IsTwice ? OurEvidence.DkimTagTwice.Say(fault.At)
        : OurEvidence.DkimNotTags.Say(Cut(fault.At));

    /// <summary>A text of others in a finding: its beginning.</summary>
    public static string Cut(string text) => text.Length <= Shown ? text : text[..Shown] + "...";

    public void AddFault(Finding fault) => Fault ??= fault;

    public string? Optional(string name) => Fault is null ? tags[name] : null;

    public string Required(string name)
    {
        string? value = Optional(name);
        if (value is null)
            AddFault(OurEvidence.DkimTagMissing.Say(name));
        return value ?? "";
    }

    public string Domain(string name)
    {
        string value = Required(name);
        return IsDomain(value, leastLabels: name == "s" ? 1 : 2) ? value : Wrong(name, value, "");
    }

    public byte[] Base64(string name)
    {
        string value = Required(name);
        return Fault is null && ReadBase64(value) is { Length: > 0 } octets ? octets : Wrong<byte[]>(name, value, []);
    }

    public long? Number(string name)
    {
        if (Optional(name) is not { } value)
            return null;
        if (value.Length == 0 || value.AsSpan().ContainsAnyExceptInRange('0', '9'))
            return Wrong<long?>(name, value, null);
        // l= has up to 76 digits (RFC 6376 §3.5): beyond what counts, more is the same as much.
        return long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : long.MaxValue;
    }

    /// <param name="usual">For both, when there is no c=.</param>
    public (Canonicalization Header, Canonicalization Body) Forms(Canonicalization usual)
    {
        if (Optional("c") is not { } value)
            return (usual, usual);
        string[] parts = value.Split('/');
        if (parts.Length > 2 || CanonicalizationWords.Read(parts[0]) is not { } header
            || CanonicalizationWords.Read(parts.Length == 2 ? parts[1] : "simple") is not { } body)
            return Wrong<(Canonicalization, Canonicalization)>("c", value, default);
        return (header, body);
    }

    /// <summary>The names in h=, in lower case.</summary>
    /// <param name="mayBeEmpty">Whether a name may be missing between colons, as signers of ARC write.</param>
    public IReadOnlyList<string> Names(bool mayBeEmpty)
    {
        string value = Required("h");
        if (Fault is not null)
            return [];
        string[] names = value.Split(':', StringSplitOptions.TrimEntries);
        bool isGood = Array.TrueForAll(names, name => (mayBeEmpty || name.Length > 0) && IsFieldName(name));
        return isGood ? [.. names.Select(name => name.ToLowerInvariant())] : Wrong<IReadOnlyList<string>>("h", value, []);
    }

    /// <summary>Values of dkim-quoted-printable (RFC 6376 §2.11): white space goes, <c>=XX</c> is an octet. Null for anything
    /// else.</summary>
    public static string? Unquote(string text)
    {
        var octets = new List<byte>(text.Length);
        byte[] raw = Encoding.UTF8.GetBytes(text);
        for (int i = 0; i < raw.Length; i++)
        {
            if (raw[i] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
                continue;
            byte octet = raw[i];
            if (octet == '=')
            {
                const NumberStyles Hex = NumberStyles.AllowHexSpecifier;
                if (i + 2 >= raw.Length || !byte.TryParse(raw.AsSpan(i + 1, 2), Hex, CultureInfo.InvariantCulture, out octet))
                    return null;
                i += 2;
            }

            octets.Add(octet);
        }

        return Encoding.UTF8.GetString([.. octets]);
    }

    /// <summary>Base64 with folding anywhere in it; null for anything else.</summary>
    public static byte[]? ReadBase64(string text)
    {
        byte[] octets = new byte[text.Length / 4 * 3 + 3];
        return Convert.TryFromBase64String(text, octets, out int length) ? octets[..length] : null;
    }

    public static bool IsDomain(string text, int leastLabels)
    {
        string[] labels = text.Split('.');
        return text.Length <= 253 && labels.Length >= leastLabels
            && Array.TrueForAll(labels, label => label.Length is > 0 and <= 63 && label.All(IsOfLabel));
    }

    /// <summary>Letters beyond ASCII are for RFC 8616.</summary>
    private static bool IsOfLabel(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' || c > '~';

    private static bool IsFieldName(string name) => name.All(c => c is > ' ' and <= '~' and not ':' and not ';');

    private T Wrong<T>(string name, string value, T instead)
    {
        AddFault(OurEvidence.DkimTagWrong.Say(name, Cut(value)));
        return instead;
    }
}
