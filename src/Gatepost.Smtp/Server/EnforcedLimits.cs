using Gatepost.Replies;

namespace Gatepost.Smtp.Server;

/// <summary>The limits of one message as the rules have them: the listener's where they refuse, the ceiling where they only warn.</summary>
internal sealed class EnforcedLimits(SessionContext context)
{
    /// <summary>Octets of a message that are kept: the listener's limit where the rules enforce it, else the ceiling.</summary>
    public long Message => IsEnforced(LimitReplies.MessageTooBig) ? context.Profile.Limits.MaxMessage : HardLimits.MaxMessage;

    /// <summary>Recipients of one message that are accepted.</summary>
    public int Recipients =>
        IsEnforced(RecipientReplies.TooManyRecipients) ? context.Profile.Limits.MaxRecipients : HardLimits.MaxRecipients;

    /// <summary>Refuses a message over the limit.</summary>
    public Answer RefuseSize(Stage stage)
    {
        long limit = Message;
        return context.Refuse(
            stage, context.Say(LimitReplies.MessageTooBig, ("limit", limit)), OurEvidence.MessageTooBig.Say(),
                OurFacts.SizeLimit.Is(new Octets(limit)));
    }

    private bool IsEnforced(ReplyEntry rule) => context.Services.Gate.IsEnforced(rule.Id, context.Session);
}
