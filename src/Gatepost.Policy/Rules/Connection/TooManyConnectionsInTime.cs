using Gatepost.Policy.Quotas;
using Gatepost.Policy.Reputation;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Policy.Rules.Connection;

/// <summary>Turns clients away that connect more often in a short time than one address may.</summary>
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

        string network = TemporaryBlocks.NetworkOf(@case.Session.Client.Address).ToString();
        var claim = new Claim(new CounterKey(Counted.ClientConnections, network), 1, limit, @case.Options.ClientWindow);
        var (refused, usage) = await parts.Counters.TakeAsync([claim], @case.Now, cancel);
        if (refused < 0)
            return Verdict.Pass(Name, $"{usage.Used} connections from {network} within {@case.Options.ClientWindow}, {limit} is the limit", new Fact("connections", $"{usage.Used}"), new Fact("limit", $"{limit} in {@case.Options.ClientWindow}"));

        string free = $"{usage.FreeAt ?? @case.Now:HH:mm:ss} UTC";
        return new Verdict
        {
            Rule = Name,
            Why = $"{usage.Used} connections from {network} within {@case.Options.ClientWindow}, {limit} is the limit",
            Reply = OurReplies.TooManyConnectionsInTime.Say(("client", @case.ClientText), ("until", free)),
            Facts = [new Fact("connections", $"{usage.Used}"), new Fact("limit", $"{limit} in {@case.Options.ClientWindow}"), new Fact("would pass", $"after {free}")],
            Disconnect = true,
        };
    }
}
