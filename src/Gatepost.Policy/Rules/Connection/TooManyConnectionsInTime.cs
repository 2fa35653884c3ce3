using Gatepost.Policy.Quotas;
using Gatepost.Policy.Reputation;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Policy.Rules.Connection;

/// <summary>Keeps clients out for a while that connect more often in a short time than one address may.</summary>
/// <remarks>How many may be open at once is the listener's limit, not this one.</remarks>
public sealed class TooManyConnectionsInTime(Parts parts) : IRule
{
    public string Name => "too-many-connections-in-time";

    public Stage Stage => Stage.Connect;

    public bool SparesTrusted => true;

    public bool AppliesTo(ListenerRole role) => role is ListenerRole.Mx or ListenerRole.Submission;

    public bool IsIdle(PolicyOptions options) => options.ConnectionsPerClient is null;

    public async ValueTask<Verdict> JudgeAsync(Case @case, CancellationToken cancel)
    {
        if (@case.Options.ConnectionsPerClient is not { } limit)
            return Verdict.Unremarkable;

        var client = @case.Session.Client.Address;
        if (parts.TemporaryBlocks.Find(client, Name, @case.Now) is { } block)
            return Refuse(@case, block);

        string network = TemporaryBlocks.NetworkOf(client).ToString();
        var claim = new Claim(new CounterKey(Counted.ClientConnections, network), 1, limit, @case.Options.ClientWindow);
        var (refused, usage) = await parts.Counters.TakeAsync([claim], @case.Now, cancel);
        string why = $"{usage.Used} connections from {network} within {@case.Options.ClientWindow}, {limit} is the limit";
        if (refused < 0)
            return Verdict.Pass(Name, why, new Fact("connections", $"{usage.Used}"), new Fact("limit", $"{limit} in {@case.Options.ClientWindow}"));
        return Refuse(@case, await parts.TemporaryBlocks.AddAsync(client, Name, @case.Now, @case.Now + @case.Options.ClientBlockedFor, why));
    }

    private Verdict Refuse(Case @case, TemporaryBlock block) => new()
    {
        Rule = Name,
        Why = $"{block.Network} is blocked until {block.Until:u}: {block.Why}",
        Reply = OurReplies.TooManyConnectionsInTime.Say(("client", @case.ClientText), ("until", $"{block.Until:HH:mm:ss} UTC")),
        Facts =
        [
            new Fact("blocked", $"{block.Network} from {block.Since:u} until {block.Until:u}"),
            new Fact("reason", block.Why),
            new Fact("would pass", $"after {block.Until:u}, or when an admin lifts the block"),
        ],
        Disconnect = true,
    };
}
