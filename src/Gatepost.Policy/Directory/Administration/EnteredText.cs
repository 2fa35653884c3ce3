using System.Globalization;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Policy.Directory.Administration;

/// <summary>Reads what an administrator entered; what cannot be meant is refused with what to write instead.</summary>
internal static class EnteredText
{
    public static DirectoryRefusedException Refused(string why) => new(why);

    public static Mailbox Address(string text) =>
        Mailbox.TryParse(text, out var address) && address.Domain.Length > 0 && !address.IsAddressLiteral
            ? address
            : throw Refused($"\"{Shown(text)}\" is no address: write one such as ann@example.org");

    public static string DomainName(string text)
    {
        string name = Gatepost.Smtp.DomainName.ToAscii(text.TrimEnd('.')).ToLowerInvariant();
        return Smtp.DomainName.TryParse(name, out var domain) && domain.IsQualified && domain.IsAscii
            ? domain.ToString()
            : throw Refused($"\"{Shown(text)}\" is no domain: write one such as example.org");
    }

    /// <summary>An hourly limit as it will be.</summary>
    /// <param name="wanted">Null leaves it as it is, −1 takes it away.</param>
    /// <param name="now">What it is.</param>
    /// <param name="what">Named where it cannot be meant.</param>
    public static int? Limit(int? wanted, int? now, string what) => wanted switch
    {
        null => now,
        -1 => null,
        >= 0 => wanted,
        _ => throw Refused(string.Create(CultureInfo.InvariantCulture, $"{what} cannot be {wanted}: give a number from 0 on, or none")),
    };

    /// <summary>What was entered, fit to be quoted.</summary>
    public static string Shown(string text) => SafeText.Of(text, 100);

    /// <summary>An address or <c>@domain</c>, as the tables keep it.</summary>
    public static string Subject(string text) =>
        text.StartsWith('@') ? "@" + DomainName(text[1..]) : AddressKey.Of(Address(text)).ToString().ToLowerInvariant();
}
