using Gatepost.Policy.Directory;
using Gatepost.Policy.Quotas;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Policy.Rules.Recipient;

/// <summary>Stops an account that wrote to as many recipients in the last 60 minutes as it may.</summary>
/// <remarks>Judged before the domain's quota, so that a user hears first what is the user's own doing.</remarks>
public sealed class UserQuotaExceeded(PolicyServices parts) : IRule
{
    public string Name => "user-quota-exceeded";

    public Stage Stage => Stage.RcptTo;

    public bool AppliesTo(ListenerRole role) => role is ListenerRole.Submission or ListenerRole.Internal;

    public async ValueTask<Verdict> JudgeAsync(RuleContext context, CancellationToken cancel)
    {
        if (context.IsRepeated || context.Session.User is not { } user || !Mailbox.TryParse(user, out var login))
            return Verdict.Unremarkable;
        var account = await context.Directory.FindAccountAsync(AddressKey.Of(login!), cancel);
        if ((account?.RecipientsPerHour ?? context.Options.RecipientsPerUserAndHour) is not { } limit)
            return Verdict.Unremarkable;

        string name = Quota.NameOf(login!), recipient = context.RecipientText;
        var claim = new Claim(new CounterKey(Counted.UserRecipients, name), 1, limit, TimeSpan.FromMinutes(60));
        var usage = await parts.Counters.PeekAsync(claim, context.Now, cancel);
        if (usage.Used >= limit)
            return Refuse(usage);
        context.Reserve(claim, Refuse);
        return Quota.Within(Name, OurEvidence.WrittenByUser, OurFacts.WrittenByUser, name, usage, limit);

        Verdict Refuse(Usage found) => Quota.Exceeded(
            Name, RecipientReplies.UserQuotaExceeded, recipient, OurEvidence.WrittenByUser, OurFacts.WrittenByUser, name, found, limit);
    }
}
