using Gatepost.Policy.Quotas;
using Gatepost.Policy.Reputation;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Policy.Rules.Connection;

/// <summary>Keeps clients out for a while that hand over more messages in a short time than one address may.</summary>
public sealed class TooManyMessagesFromClient(PolicyServices parts) : IRule
{
    public string Name => "too-many-messages-from-client";

    public Stage Stage => Stage.MailFrom;

    public bool ExemptsTrusted => true;

    public bool AppliesTo(ListenerRole role) => role == ListenerRole.Mx;

    public bool IsIdle(PolicyOptions options) => options.MessagesPerClient is null;

    public async ValueTask<Verdict> JudgeAsync(RuleContext context, CancellationToken cancel)
    {
        if (context.Options.MessagesPerClient is not { } limit)
            return Verdict.Unremarkable;
        var client = context.Session.Client.Address;
        if (parts.TemporaryBlocks.Find(client, Name, context.Now) is { } block)
            return Refuse(context, block);

        var claim = new Claim(
            new CounterKey(Counted.ClientMessages, TemporaryBlocks.NetworkOf(client).ToString()), 1, limit, context.Options.ClientWindow);
        var (refused, usage) = await parts.Counters.TakeAsync([claim], context.Now, cancel);
        var why = OurEvidence.MessagesCounted.Say(usage.Used, context.Options.ClientWindow, limit);
        if (refused < 0)
        {
            return Verdict.Pass(
                Name,
                why,
                OurFacts.Messages.Is(usage.Used),
                OurFacts.Limit.Is(limit),
                OurFacts.Within.Is(context.Options.ClientWindow));
        }

        return Refuse(
            context, await parts.TemporaryBlocks.AddAsync(client, Name, context.Now, context.Now + context.Options.ClientBlockedFor, why));
    }

    private Verdict Refuse(RuleContext context, TemporaryBlock block) => Verdict.Refuse(
        Name,
        ConnectionReplies.TooManyMessagesFromClient.Say(("client", context.ClientText), ("until", $"{block.Until:HH:mm:ss} UTC")),
        block.Refusal,
        block.Facts);
}
