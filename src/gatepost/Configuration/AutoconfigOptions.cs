using Gatepost.Smtp;

namespace Gatepost.Configuration;

/// <summary>Where users read their mail, which is not this server; mail programs learn it from us.</summary>
public sealed record AutoconfigOptions
{
    /// <summary><c>host:port</c>; null for none.</summary>
    public string? Imap { get; init; }

    /// <summary><c>host:port</c>; null for none.</summary>
    public string? Pop3 { get; init; }

    internal IEnumerable<string> Problems()
    {
        foreach (var (key, written) in new[] { ("imap", Imap), ("pop3", Pop3) })
        {
            if (written is not null && !DomainName.TryParse(HostPort.Read(written, 1).Host, out _))
                yield return $"{key} is \"{written}\": write a host name, with its port if that is not the usual one, for example "
                    + "\"imap.example.org:993\"";
        }
    }
}
