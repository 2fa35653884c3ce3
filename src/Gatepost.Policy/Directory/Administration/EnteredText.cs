using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Policy.Directory.Administration;

/// <summary>Reads what an administrator entered; what cannot be meant is refused with what to write instead.</summary>
internal static class EnteredText
{
    public static DirectoryRefusedException Refused(Finding why) => new(why);

    public static Mailbox Address(string text) =>
        Mailbox.TryParse(text, out var address) && address.Domain.Length > 0 && !address.IsAddressLiteral
            ? address
            : throw Refused(OurEvidence.NotAnAddress.Say(Shown(text)));

    public static string DomainName(string text)
    {
        string name = Gatepost.Smtp.DomainName.ToAscii(text.TrimEnd('.')).ToLowerInvariant();
        return Smtp.DomainName.TryParse(name, out var domain) && domain.IsQualified && domain.IsAscii
            ? domain.ToString()
            : throw Refused(OurEvidence.NotADomain.Say(Shown(text)));
    }

    /// <summary>An hourly limit as it will be.</summary>
    /// <param name="wanted">Null leaves it as it is, −1 takes it away.</param>
    /// <param name="now">What it is.</param>
    /// <param name="what">Says that it cannot be meant.</param>
    public static int? Limit(int? wanted, int? now, EvidenceEntry<int> what) => wanted switch
    {
        null => now,
        -1 => null,
        >= 0 => wanted,
        _ => throw Refused(what.Say(wanted.Value)),
    };

    /// <summary>What was entered, fit to be quoted.</summary>
    public static string Shown(string text) => SafeText.Of(text, 100);

    /// <summary>An address or <c>@domain</c>, as the tables keep it.</summary>
    public static string Subject(string text) =>
        text.StartsWith('@') ? "@" + DomainName(text[1..]) : AddressKey.Of(Address(text)).ToString().ToLowerInvariant();
}
