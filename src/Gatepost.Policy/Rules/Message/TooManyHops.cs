using Gatepost.Replies;
using Gatepost.Smtp;
using Gatepost.Smtp.Message;

namespace Gatepost.Policy.Rules.Message;

/// <summary>Refuses a message that passed through more servers than any way is long: it is in a mail loop.</summary>
/// <remarks>Loops are found by counting Received fields (RFC 5321 §6.3), which the wire does while the message streams.</remarks>
public sealed class TooManyHops : IRule
{
    /// <summary>Octets of the message in which a loop is looked for: some two hundred Received fields.</summary>
    private const int HeadRead = 64 * 1024;

    public string Name => "too-many-hops";

    public Stage Stage => Stage.Message;

    public bool AppliesTo(ListenerRole role) => true;

    public async ValueTask<Verdict> JudgeAsync(RuleContext context, CancellationToken cancel)
    {
        int hops = context.Session.Hops;
        if (hops <= HopLimit.Max)
            return Verdict.Unremarkable;

        Fact[] loop = await FindLoopAsync(context.Session, cancel) is { } found
            ? [OurFacts.Loop.Is(OurEvidence.LoopClosedBy.Say(found.From, found.To))] : [];
        return Verdict.Refuse(
            Name,
            MessageReplies.TooManyHops.Say(("hops", hops)),
            OurEvidence.HopsCounted.Say(hops, HopLimit.Max),
            [OurFacts.ReceivedFields.Is(hops), OurFacts.Limit.Is(HopLimit.Max), .. loop,
                OurFacts.WouldPass.Is(OurEvidence.PassLoopCut.Say())]);
    }

    private static async ValueTask<(string From, string To)?> FindLoopAsync(Session session, CancellationToken cancel)
    {
        if (session.Draft is not { } draft)
            return null;
        byte[] head = new byte[HeadRead];
        await using var message = draft.OpenRead();
        int length = await message.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancel);
        return ReceivedPath.FindLoop(new MessageHeader(head.AsMemory(0, length)));
    }
}
