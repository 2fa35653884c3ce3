using Gatepost.Policy.Directory;
using Gatepost.Policy.Reputation;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Policy.Rules.Recipient;

/// <summary>Asks strangers to come back in some minutes, as every real server does by itself (RFC 6647). Off unless configured.</summary>
public sealed class Greylisted(Parts parts) : IRule
{
    public string Name => "greylisted";

    public Stage Stage => Stage.RcptTo;

    public RuleMode DefaultMode => RuleMode.Off;

    public bool SparesTrusted => true;

    public bool AppliesTo(ListenerRole role) => role == ListenerRole.Mx;

    public async ValueTask<Verdict> JudgeAsync(Case @case, CancellationToken cancel)
    {
        if (@case.Recipient!.Outcome != ResolutionOutcome.Found)
            return Verdict.Unremarkable;

        string client = TemporaryBlocks.NetworkOf(@case.Session.Client.Address).ToString();
        var first = await parts.Greylist.MeetAsync(client, @case.SenderText, @case.RecipientText, @case.Now, cancel);
        var free = first + @case.Options.GreylistDelay;
        if (@case.Now >= free)
            return Verdict.Pass(Name, $"first met {first:u}");

        return Verdict.Refuse(
            Name,
            OurReplies.Greylisted.Say(("recipient", @case.RecipientText), ("seconds", (int)Math.Ceiling((free - @case.Now).TotalSeconds))),
            $"{client}, <{@case.SenderText}> and <{@case.RecipientText}> first met {first:u}",
            new Fact("first met", $"{first:u}"),
            new Fact("would pass", $"from {free:u} on"));
    }
}
