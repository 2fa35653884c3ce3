using Gatepost.Policy.Quotas;
using Gatepost.Policy.Reputation;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Policy.Rules.Connection;

/// <summary>Keeps clients out for a while that hand over more messages in a short time than one address may.</summary>
public sealed class TooManyMessagesFromClient(Parts parts) : IRule
{
    public string Name => "too-many-messages-from-client";

    public Stage Stage => Stage.MailFrom;

    public bool SparesTrusted => true;

    public bool AppliesTo(ListenerRole role) => role == ListenerRole.Mx;

    public bool IsIdle(PolicyOptions options) => options.MessagesPerClient is null;

    public async ValueTask<Verdict> JudgeAsync(Case @case, CancellationToken cancel)
    {
        if (@case.Options.MessagesPerClient is not { } limit)
            return Verdict.Unremarkable;
        var client = @case.Session.Client.Address;
        if (parts.TemporaryBlocks.Find(client, Name, @case.Now) is { } block)
            return Refuse(@case, block);

        var claim = new Claim(new CounterKey(Counted.ClientMessages, TemporaryBlocks.NetworkOf(client).ToString()), 1, limit, @case.Options.ClientWindow);
        var (refused, usage) = await parts.Counters.TakeAsync([claim], @case.Now, cancel);
        if (refused < 0)
            return Verdict.Pass(Name, $"{usage.Used} messages within {@case.Options.ClientWindow}, {limit} is the limit", new Fact("messages", $"{usage.Used}"), new Fact("limit", $"{limit} in {@case.Options.ClientWindow}"));
        string why = $"{usage.Used} messages within {@case.Options.ClientWindow}, {limit} is the limit";
        return Refuse(@case, await parts.TemporaryBlocks.AddAsync(client, Name, @case.Now, @case.Now + @case.Options.ClientBlockedFor, why));
    }

    private Verdict Refuse(Case @case, TemporaryBlock block) => Verdict.Refuse(
        Name,
        OurReplies.TooManyMessagesFromClient.Say(("client", @case.ClientText), ("until", $"{block.Until:HH:mm:ss} UTC")),
        $"{block.Network} is blocked until {block.Until:u}: {block.Why}",
        new Fact("blocked", $"{block.Network} from {block.Since:u} until {block.Until:u}"),
        new Fact("reason", block.Why),
        new Fact("would pass", $"after {block.Until:u}, or when an admin lifts the block"));
}
