using Gatepost.MailAuth.Srs;
using Gatepost.Smtp;

namespace Gatepost.Policy.Directory;

/// <summary>Resolves addresses under which this server forwarded mail (SRS): they lead to the true sender.</summary>
public static class ReturnAddress
{
    /// <summary>What became of an address of that form at a domain of ours; null for any other address.</summary>
    /// <remarks>
    /// At a relay domain only addresses that were made here count: the server behind may rewrite senders itself, and its addresses are
    /// passed on to it. <see cref="Resolution.ReturnFault"/> says why one at a hosted domain cannot be undone.
    /// </remarks>
    /// <param name="srs">Null undoes nothing.</param>
    /// <param name="returnDomain">A domain of rewritten senders beside those of the directory; null for none.</param>
    public static async ValueTask<Resolution?> ResolveAsync(
        IDirectory directory, SrsRewriter? srs, string? returnDomain, Mailbox recipient, CancellationToken cancel)
    {
        if (srs is null || !SrsRewriter.IsRewritten(AddressKey.Unquote(recipient.LocalPart)))
            return null;
        var domain = await directory.FindDomainAsync(recipient.Domain, cancel);
        if (domain is null && !recipient.Domain.Equals(returnDomain, StringComparison.OrdinalIgnoreCase))
            return null;

        var read = srs.Undo(recipient);
        if (read.Sender is not { } sender)
        {
            return domain?.Kind == DomainKind.Relay
                ? null
                : new Resolution(ResolutionOutcome.BadReturnAddress, domain, [], [], []) { ReturnFault = read };
        }

        var found = await AliasExpansion.ResolveAsync(directory, sender, cancel);
        if (found.Outcome is not (ResolutionOutcome.Foreign or ResolutionOutcome.Found))
            return found with { IsReturnAddress = true };
        return found with
        {
            IsReturnAddress = true,
            Outcome = ResolutionOutcome.Found,
            Domain = found.Domain ?? domain,
            Path = [recipient.ToString(), .. found.Path.Count > 0 ? found.Path : [sender.ToString()]],
        };
    }
}
