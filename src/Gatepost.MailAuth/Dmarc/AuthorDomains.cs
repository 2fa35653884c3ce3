using Gatepost.Dns;
using Gatepost.Smtp.Message;
using MimeKit;

namespace Gatepost.MailAuth.Dmarc;

/// <summary>The domains that the From fields of a message show to readers (RFC 9989 §4.2 and §5.3.1).</summary>
/// <param name="Domains">In A-labels and lower case, each once.</param>
/// <param name="Fields">How many From fields there are.</param>
/// <param name="IsUnreadable">Whether one of them holds no address, or one without a good domain: then readers may see anything.</param>
public sealed record AuthorDomains(IReadOnlyList<string> Domains, int Fields, bool IsUnreadable)
{
    /// <summary>As if From showed one address of that domain.</summary>
    public static AuthorDomains Of(string domain) =>
        DomainOf("x@" + domain) is { } good
            ? new AuthorDomains([good], 1, IsUnreadable: false)
            : new AuthorDomains([], 1, IsUnreadable: true);

    /// <param name="fields">Of a header; those with other names are passed over.</param>
    public static AuthorDomains Of(IEnumerable<HeaderField> fields)
    {
        var domains = new List<string>();
        int count = 0;
        bool isUnreadable = false;
        foreach (var field in fields.Where(static field => field.Is("From"u8)))
        {
            count++;
            if (field.IsCut || !InternetAddressList.TryParse(field.Value.ToArray(), out var list) || !list.Mailboxes.Any())
            {
                isUnreadable = true;
                continue;
            }

            foreach (var mailbox in list.Mailboxes)
            {
                if (DomainOf(mailbox.Address) is { } domain)
                    domains.Add(domain);
                else
                    isUnreadable = true;
            }
        }

        return new AuthorDomains([.. domains.Distinct(StringComparer.Ordinal)], count, isUnreadable);
    }

    private static string? DomainOf(string address)
    {
        int at = address.LastIndexOf('@');
        string domain = address[(at + 1)..];
        return at < 0 || domain.StartsWith('[') || domain.AsSpan().ContainsAny(" \t") ? null : DnsName.Normalise(domain);
    }
}
