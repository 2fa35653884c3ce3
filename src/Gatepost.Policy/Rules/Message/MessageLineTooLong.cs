using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Policy.Rules.Message;

/// <summary>Refuses a message with a line over the <c>line-length</c> of the configuration, where there is one.</summary>
/// <remarks>RFC 5321 §4.5.3.1.6 says 998 octets; mail with longer lines is common, so there is no limit by default.</remarks>
public sealed class MessageLineTooLong : IRule
{
    public string Name => "message-line-too-long";

    public Stage Stage => Stage.Message;

    public bool AppliesTo(ListenerRole role) => true;

    public ValueTask<Verdict> JudgeAsync(RuleContext context, CancellationToken cancel)
    {
        var session = context.Session;
        if (session.MaxTextLine is not { } limit || session.LongestLine <= limit)
            return ValueTask.FromResult(Verdict.Unremarkable);
        return ValueTask.FromResult(Verdict.Refuse(
            Name,
            ProtocolReplies.MessageLineTooLong.Say(("limit", limit)),
            OurEvidence.LineTooLong.Say(),
            OurFacts.LongestLine.Is(new Octets(session.LongestLine)),
            OurFacts.SizeLimit.Is(new Octets(limit))));
    }
}
