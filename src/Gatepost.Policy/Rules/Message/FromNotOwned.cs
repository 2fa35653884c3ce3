using Gatepost.Policy.Directory;
using Gatepost.Replies;
using Gatepost.Smtp;
using Gatepost.Smtp.Message;
using MimeKit;

namespace Gatepost.Policy.Rules.Message;

/// <summary>Rejects a message whose From field shows an address that does not belong to the authenticated account. Off unless configured.</summary>
/// <remarks>
/// Recipients see From, not the envelope, which <see cref="Sender.SenderNotOwned"/> judges. Every From field counts. One that cannot be read
/// is rejected too, and so is a message in which one could be hidden: by a header over the limit, or behind a line that is no field.
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
                return Unreadable(user, "the From field is too long to be read", HeaderLimits.Default.Field);
            foreach (string shown in Addresses(header.Field))
            {
                if (!await OwnsAsync(context, user, shown, cancel))
                    return NotOwned(user, shown);
            }
        }

        return header.End switch
        {
            HeaderEnd.OverLimit => Unreadable(user, "the header is too long to be read to its end", HeaderLimits.Default.Header),
            // Without any field we put an empty line before the text ourselves, so nobody reads on in it.
            HeaderEnd.NotAField when header.Fields > 0 => Unreadable(user, "a line in the header is no field, and a From field may follow it", null),
            _ => Verdict.Unremarkable,
        };
    }

    /// <summary>Every address of the field; its text when it has none.</summary>
    private static List<string> Addresses(HeaderField field)
    {
        var found = InternetAddressList.TryParse(field.Value.ToArray(), out var list) ? list.Mailboxes.Select(mailbox => mailbox.Address).ToList() : [];
        return found.Count > 0 ? found : [field.Unfolded()];
    }

    private static async ValueTask<bool> OwnsAsync(RuleContext context, string user, string shown, CancellationToken cancel) =>
        Mailbox.TryParse(shown, out var address) && await Ownership.WhyAsync(context.Directory, user, address!, cancel) is not null;

    private Verdict NotOwned(string user, string shown) => Verdict.Refuse(
        Name,
        OurReplies.FromNotOwned.Say(("from", shown), ("user", user)),
        $"From shows <{shown}>, which is no address of {user}",
        new Fact("From", shown),
        new Fact("user", user),
        new Fact("would pass", $"an address or alias of {user}, or leave to send as <{shown}>"));

    private Verdict Unreadable(string user, string why, long? limit) => Verdict.Refuse(
        Name,
        OurReplies.FromUnreadable.Say(("user", user)),
        why,
        [new Fact("user", user), .. limit is null ? Array.Empty<Fact>() : [new Fact("limit", $"{limit} octets")]]);
}
