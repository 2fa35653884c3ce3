using System.Globalization;
using Gatepost.MailAuth.Arc;
using Gatepost.MailAuth.Dkim;
using Gatepost.MailAuth.Dmarc;
using Gatepost.MailAuth.Iprev;
using Gatepost.MailAuth.Spf;

namespace Gatepost.MailAuth.Results;

/// <summary>Our results in the words of Authentication-Results (RFC 8601 §2.7).</summary>
public static class AuthStatements
{
    public static AuthStatement Of(SpfResult spf) => new("spf", spf.Result.Word(), [new(spf.Identity.Property(), spf.Domain)]);

    /// <summary>With the beginning of b=, which distinguishes signatures of one domain (RFC 6008).</summary>
    public static AuthStatement Of(DkimResult dkim) => new("dkim", dkim.Result.Word(),
    [
        .. Given("header.d", dkim.Domain),
        .. Given("header.s", dkim.Selector),
        .. Given("header.a", dkim.Algorithm),
        .. Given("header.b", dkim.Signature),
    ]);

    /// <summary>RFC 8617 §5.2 <c>header.oldest-pass</c>.</summary>
    public static AuthStatement Of(ArcResult arc) => new("arc", arc.Result.Word(),
        arc.Result == AuthResult.Pass ? [new("header.oldest-pass", arc.OldestPass.ToString(CultureInfo.InvariantCulture))] : []);

    public static AuthStatement Of(DmarcResult dmarc) => new("dmarc", dmarc.Result.Word(), [.. Given("header.from", dmarc.Author)])
    {
        Comment = dmarc.Record is null ? null : $"p={dmarc.Policy.Word()}",
    };

    public static AuthStatement Of(IprevResult iprev) => new("iprev", iprev.Result.Word(), [new("policy.iprev", iprev.Client.ToString())])
    {
        Comment = iprev.Name,
    };

    private static AuthProperty[] Given(string name, string? value) => value is null ? [] : [new AuthProperty(name, value)];
}
