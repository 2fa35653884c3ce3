using Gatepost.Policy.Quotas;
using Gatepost.Policy.Reputation;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Policy.Rules.Connection;

/// <summary>Keeps clients out for a while that connect more often in a short time than one address may.</summary>
/// <remarks>How many may be open together is the listener's limit, not this one.</remarks>
public sealed class TooManyConnectionsInTime(PolicyServices parts) : IRule
{
    public string Name => "too-many-connections-in-time";

    public Stage Stage => Stage.Connect;

    public bool ExemptsTrusted => true;

    public bool AppliesTo(ListenerRole role) => role is ListenerRole.Mx or ListenerRole.Submission;

    public bool IsIdle(PolicyOptions options) => options.ConnectionsPerClient is null;

    public async ValueTask<Verdict> JudgeAsync(RuleContext context, CancellationToken cancel)
    {
        if (context.Options.ConnectionsPerClient is not { } limit)
            return Verdict.Unremarkable;

        var client = context.Session.Client.Address;
        if (parts.TemporaryBlocks.Find(client, Name, context.Now) is { } block)
            return Refuse(context, block);

        string network = TemporaryBlocks.NetworkOf(client).ToString();
        var claim = new Claim(new CounterKey(Counted.ClientConnections, network), 1, limit, context.Options.ClientWindow);
        var (refused, usage) = await parts.Counters.TakeAsync([claim], context.Now, cancel);
        var why = OurEvidence.ConnectionsCounted.Say(usage.Used, network, context.Options.ClientWindow, limit);
        if (refused < 0)
        {
            return Verdict.Pass(
                Name,
                why,
                OurFacts.Connections.Is(usage.Used),
                OurFacts.Limit.Is(limit),
                OurFacts.Within.Is(context.Options.ClientWindow));
        }

        return Refuse(
            context, await parts.TemporaryBlocks.AddAsync(client, Name, context.Now, context.Now + context.Options.ClientBlockedFor, why));
    }

    private Verdict Refuse(RuleContext context, TemporaryBlock block) => new()
    {
        Rule = Name,
        Why = block.Refusal,
        Reply = ConnectionReplies.TooManyConnectionsInTime.Say(("client", context.ClientText), ("until", $"{block.Until:HH:mm:ss} UTC")),
        Facts = block.Facts,
        Disconnect = true,
    };
}
