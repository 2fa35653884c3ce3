using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Gatepost.Smtp;

/// <summary>An address as SMTP carries it: local part and domain, or the bare <c>postmaster</c> (RFC 5321 §4.1.1.3).</summary>
/// <remarks>
/// Cannot hold a control character, a line end or an empty part: only <see cref="TryParse(ReadOnlySpan{byte}, bool, out Mailbox?)"/>
/// makes one.
/// </remarks>
public sealed class Mailbox : IEquatable<Mailbox>
{
    /// <summary>Octets of the domain (RFC 5321 §4.5.3.1.2).</summary>
    public const int MaxDomain = 255;

    /// <summary>
    /// Octets of the whole, without angle brackets (RFC 5321 §4.5.3.1.3 less two). The local part has no limit of its own: the 64 octets of
    /// §4.5.3.1.1 are the least to take, and forwarders, lists and bounce addresses have more.
    /// </summary>
    public const int MaxLength = 254;

    private string? written;

    private Mailbox(string localPart, string domain, bool isAscii)
    {
        LocalPart = localPart;
        Domain = domain;
        IsAscii = isAscii;
    }

    /// <summary>As written, quotes included where it is a quoted string.</summary>
    public string LocalPart { get; }

    /// <summary>
    /// As written, without a final dot; an address literal keeps its brackets; empty only for the bare <c>postmaster</c>.
    /// </summary>
    public string Domain { get; }

    /// <summary>False if it needs SMTPUTF8 (RFC 6531).</summary>
    public bool IsAscii { get; }

    /// <summary>True for <c>[192.0.2.1]</c> and <c>[IPv6:...]</c>.</summary>
    public bool IsAddressLiteral => Domain.StartsWith('[');

    /// <summary>Reads an address without angle brackets in ASCII or UTF-8.</summary>
    /// <param name="wire">1 to 254 octets.</param>
    /// <param name="utf8">Whether octets above 127 are allowed in it (the client said SMTPUTF8).</param>
    /// <param name="mailbox">The address.</param>
    public static bool TryParse(ReadOnlySpan<byte> wire, bool utf8, [NotNullWhen(true)] out Mailbox? mailbox)
    {
        mailbox = null;
        if (wire.IsEmpty || wire.Length > MaxLength)
            return false;

        bool ascii = Ascii.IsValid(wire);
        if (!ascii && (!utf8 || !AddressGrammar.IsPrintable(wire)))
            return false;

        if (ascii && Ascii.EqualsIgnoreCase(wire, "postmaster"u8))
        {
            mailbox = new Mailbox(Encoding.ASCII.GetString(wire), "", isAscii: true);
            return true;
        }

        return AddressGrammar.TrySplit(wire, out int at)
            && Make(Encoding.UTF8.GetString(wire[..at]), Encoding.UTF8.GetString(wire[(at + 1)..]), ascii, out mailbox);
    }

    /// <summary>Reads an address from configuration or a header; UTF-8 allowed.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out Mailbox? mailbox) =>
        TryParse(Encoding.UTF8.GetBytes(text), utf8: true, out mailbox);

    /// <summary>Reads an address that must be good, as in tests and in our own source.</summary>
    /// <exception cref="FormatException">It is not.</exception>
    public static Mailbox Parse(string text) =>
        TryParse(text, out var mailbox) ? mailbox : throw new FormatException($"\"{text}\" is no address");

    /// <summary>
    /// The same address with the A-labels of its domain (RFC 5890 §2.3.2.1), for servers without SMTPUTF8; itself where it needs none, or
    /// where its local part is not ASCII and it has no other form.
    /// </summary>
    public Mailbox WithAsciiDomain()
    {
        if (IsAscii || !Ascii.IsValid(LocalPart))
            return this;
        string domain = DomainName.ToAscii(Domain);
        return Ascii.IsValid(domain) && LocalPart.Length + 1 + domain.Length <= MaxLength ? new Mailbox(LocalPart, domain, isAscii: true)
            : this;
    }

    private static bool Make(string localPart, string domain, bool ascii, [NotNullWhen(true)] out Mailbox? mailbox)
    {
        if (domain.EndsWith('.'))
        {
            mailbox = null;
            return false;
        }

        mailbox = new Mailbox(localPart, domain, ascii);
        return true;
    }

    /// <summary>Local parts are compared as written, domains without case (RFC 5321 §2.4).</summary>
    public bool Equals(Mailbox? other) =>
        other is not null
        && string.Equals(LocalPart, other.LocalPart, StringComparison.Ordinal)
        && string.Equals(Domain, other.Domain, StringComparison.OrdinalIgnoreCase);

    public override bool Equals(object? obj) => Equals(obj as Mailbox);

    public override int GetHashCode() => HashCode.Combine(LocalPart, StringComparer.OrdinalIgnoreCase.GetHashCode(Domain));

    public override string ToString() => written ??= Domain.Length == 0 ? LocalPart : $"{LocalPart}@{Domain}";
}
