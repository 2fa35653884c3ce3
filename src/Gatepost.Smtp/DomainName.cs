using System.Globalization;
using System.Text;

namespace Gatepost.Smtp;

/// <summary>The name of a domain as an address may carry it (RFC 5321 §4.1.2, RFC 6531 §3.3): no address literal, no final dot.</summary>
public readonly record struct DomainName
{
    private static readonly IdnMapping Idn = new() { AllowUnassigned = false, UseStd3AsciiRules = false };

    private readonly string? name;

    private DomainName(string name) => this.name = name;

    /// <summary>Whether it needs no SMTPUTF8.</summary>
    public bool IsAscii => Ascii.IsValid(ToString());

    /// <summary>Whether it has more than one label.</summary>
    public bool IsQualified => ToString().Contains('.');

    /// <param name="text">At most 252 octets, so that an address in it has room for its local part.</param>
    /// <param name="domain">In lower case.</param>
    public static bool TryParse(string text, out DomainName domain)
    {
        domain = default;
        byte[] octets = Encoding.UTF8.GetBytes(text);
        bool isName = octets is [not (byte)'[', ..] && octets.Length <= Mailbox.MaxLength - 2
            && AddressGrammar.IsDomain(octets) && (Ascii.IsValid(octets) || AddressGrammar.IsPrintable(octets));
        if (isName)
            domain = new DomainName(text.ToLowerInvariant());
        return isName;
    }

    /// <summary>The domain in A-labels; unchanged where it is ASCII already or cannot be converted. Case is kept.</summary>
    public static string ToAscii(string domain)
    {
        if (Ascii.IsValid(domain))
            return domain;
        try
        {
            return Idn.GetAscii(domain);
        }
        catch (ArgumentException)
        {
            return domain;
        }
    }

    /// <summary>As domains are compared and kept: in A-labels, lower case.</summary>
    public static string ToKey(string domain) => ToAscii(domain).ToLowerInvariant();

    public override string ToString() => name ?? "";
}
