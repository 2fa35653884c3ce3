using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Policy.Directory;

/// <summary>Which addresses an account may send as: its own, those of aliases that lead to it, and those it was given leave for.</summary>
public static class Ownership
{
    /// <returns>Why it may, for the evidence; null if it may not.</returns>
    public static async ValueTask<Finding?> WhyAsync(IDirectory directory, string user, Mailbox sender, CancellationToken cancel)
    {
        if (!Mailbox.TryParse(user, out var login) || await directory.FindAccountAsync(AddressKey.Of(login), cancel) is not { } account)
            return null;

        var self = AddressKey.Of(account.Address);
        var wanted = AddressKey.Of(sender);
        if (self == wanted)
            return OurEvidence.OwnAddress.Say();
        if (account.SendsAs.FirstOrDefault(leave => Fits(leave, wanted)) is { } leave)
            return OurEvidence.MaySendAs.Say(leave);

        var resolution = await AliasExpansion.ResolveAsync(directory, sender, cancel);
        // A user's own mailbox stays theirs even if its copies go elsewhere: a forward gives no right to send in their name.
        if (resolution.Accounts is [var first, ..] && first.IsNamedBy(wanted) && AddressKey.Of(first.Address) != self)
            return null;
        return resolution.Outcome == ResolutionOutcome.Found && resolution.Accounts.Any(target => AddressKey.Of(target.Address) == self)
            ? OurEvidence.MailReaches.Say(wanted.ToString(), self.ToString())
            : null;
    }

    private static bool Fits(string leave, AddressKey wanted) => leave.StartsWith('@')
        ? DomainName.ToAscii(leave[1..]).Equals(wanted.Domain, StringComparison.OrdinalIgnoreCase)
        : Mailbox.TryParse(leave, out var address) && AddressKey.Of(address) == wanted;
}
