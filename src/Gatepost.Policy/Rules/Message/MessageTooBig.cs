using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Policy.Rules.Message;

/// <summary>
/// Refuses a message over the listener's size limit: at MAIL by what SIZE declares, at the end of the data by what came (RFC 1870 §6).
/// </summary>
public sealed class MessageTooBig(Stage stage) : IRule
{
    public string Name => "message-too-big";

    public Stage Stage => stage;

    public bool AppliesTo(ListenerRole role) => true;

    public ValueTask<Verdict> JudgeAsync(RuleContext context, CancellationToken cancel)
    {
        var session = context.Session;
        long limit = session.MaxMessage;
        bool declared = stage == Stage.MailFrom;
        long octets = declared ? session.Envelope?.DeclaredSize ?? 0 : session.Octets;
        if (octets <= limit)
            return ValueTask.FromResult(Verdict.Unremarkable);

        var reply = LimitReplies.MessageTooBig.Say(("limit", limit));
        var limitFact = OurFacts.SizeLimit.Is(new Octets(limit));
        return ValueTask.FromResult(declared
            ? Verdict.Refuse(
                Name, reply, OurEvidence.MessageDeclaresTooMuch.Say(), OurFacts.MessageDeclares.Is(new Octets(octets)), limitFact)
            : Verdict.Refuse(Name, reply, OurEvidence.MessageTooBig.Say(), limitFact));
    }
}
