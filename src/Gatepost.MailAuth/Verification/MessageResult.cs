using Gatepost.MailAuth.Arc;
using Gatepost.MailAuth.Dkim;
using Gatepost.MailAuth.Dmarc;
using Gatepost.MailAuth.Iprev;
using Gatepost.MailAuth.Results;
using Gatepost.MailAuth.Spf;

namespace Gatepost.MailAuth.Verification;

/// <summary>Everything that was found out about who sent a message.</summary>
/// <param name="Spf">Null if the client is not known.</param>
/// <param name="Iprev">Null if the client is not known.</param>
/// <param name="Dkim">One for each signature, or a single one if there is none.</param>
/// <param name="Arc">Of the chain of forwarders.</param>
/// <param name="Dmarc">Of the author.</param>
public sealed record MessageResult(SpfResult? Spf, IprevResult? Iprev, IReadOnlyList<DkimResult> Dkim, ArcResult Arc, DmarcResult Dmarc)
{
    /// <summary>Whether anything passed at all: then a domain answers for the message.</summary>
    public bool IsAuthenticated =>
        Dmarc.Result == AuthResult.Pass || Spf?.Result == AuthResult.Pass || Dkim.Any(static one => one.Result == AuthResult.Pass);

    /// <summary>The field to put above the message.</summary>
    /// <param name="server">Our authserv-id.</param>
    public AuthenticationResults ToAuthenticationResults(string server) => new(server,
    [
        .. Iprev is null ? [] : (AuthStatement[])[AuthStatements.Of(Iprev)],
        .. Spf is null ? [] : (AuthStatement[])[AuthStatements.Of(Spf)],
        .. Dkim.Select(AuthStatements.Of),
        AuthStatements.Of(Arc),
        AuthStatements.Of(Dmarc),
    ]);
}
