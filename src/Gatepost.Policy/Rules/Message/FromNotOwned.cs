using Gatepost.Policy.Directory;
using Gatepost.Replies;
using Gatepost.Smtp;
using Gatepost.Smtp.Message;
using MimeKit;

namespace Gatepost.Policy.Rules.Message;

/// <summary>
/// Rejects a message whose From field shows an address that does not belong to the authenticated account. Off unless configured.
/// </summary>
/// <remarks>
/// Recipients see From, not the envelope, which <see cref="Sender.SenderNotOwned"/> judges. Every From field counts. One that cannot be
/// read is rejected too, and so is a message in which one could be hidden: by a header over the limit, or behind a line that is no field.
/// </remarks>
public sealed class FromNotOwned : IRule
{
    public string Name => "from-not-owned";

    public Stage Stage => Stage.Message;

    public RuleMode DefaultMode => RuleMode.Off;

    public bool AppliesTo(ListenerRole role) => role is ListenerRole.Submission or ListenerRole.Internal;

    public async ValueTask<Verdict> JudgeAsync(RuleContext context, CancellationToken cancel)
    {
        if (context.Session is not { User: { } user, Draft: { } draft } || !Mailbox.TryParse(user, out _))
            return Verdict.Unremarkable;

        await using var octets = draft.OpenRead();
        using var header = new HeaderReader(octets, HeaderLimits.Default);
        while (await header.ReadAsync(cancel))
        {
            if (!header.Field.Is("From"u8))
                continue;
            if (header.Field.IsCut)
                return Unreadable(user, OurEvidence.FromTooLong, HeaderLimits.Default.Field);
            foreach (string shown in Addresses(header.Field))
            {
                if (!await OwnsAsync(context, user, shown, cancel))
                    return NotOwned(user, shown);
            }
        }

        return header.End switch
        {
            HeaderEnd.OverLimit => Unreadable(user, OurEvidence.HeaderTooLong, HeaderLimits.Default.Header),
            // Without any field we put an empty line before the text ourselves, so that no one takes the text for header.
            HeaderEnd.NotAField when header.Fields > 0 => Unreadable(user, OurEvidence.LineIsNoField, null),
            _ => Verdict.Unremarkable,
        };
    }

    /// <summary>Every address of the field; its text when it has none.</summary>
    private static List<string> Addresses(HeaderField field)
    {
        var found = InternetAddressList.TryParse(field.Value.ToArray(), out var list)
            ? list.Mailboxes.Select(mailbox => mailbox.Address).ToList() : [];
        return found.Count > 0 ? found : [field.Unfolded()];
    }

    private static async ValueTask<bool> OwnsAsync(RuleContext context, string user, string shown, CancellationToken cancel) =>
        Mailbox.TryParse(shown, out var address) && await Ownership.WhyAsync(context.Directory, user, address, cancel) is not null;

    private Verdict NotOwned(string user, string shown) => Verdict.Refuse(
        Name,
        SenderReplies.FromNotOwned.Say(("from", shown), ("user", user)),
        OurEvidence.FromNotOwned.Say(shown, user),
        OurFacts.FromField.Is(shown),
        OurFacts.User.Is(user),
        OurFacts.WouldPass.Is(OurEvidence.PassOwnedAddress.Say(user, shown)));

    private Verdict Unreadable(string user, FixedEvidence why, long? limit) => Verdict.Refuse(
        Name,
        SenderReplies.FromUnreadable.Say(("user", user)),
        why.Say(),
        [OurFacts.User.Is(user), .. limit is { } octets ? [OurFacts.SizeLimit.Is(new Octets(octets))] : Array.Empty<Fact>()]);
}
