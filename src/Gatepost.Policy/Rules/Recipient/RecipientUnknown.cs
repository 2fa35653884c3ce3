using Gatepost.Policy.Directory;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Policy.Rules.Recipient;

/// <summary>Refuses an address that a domain hosted here does not have.</summary>
/// <remarks><c>postmaster</c> exists always (RFC 5321 §4.5.1).</remarks>
public sealed class RecipientUnknown : IRule
{
    public string Name => "recipient-unknown";

    public Stage Stage => Stage.RcptTo;

    public bool AppliesTo(ListenerRole role) => true;

    public ValueTask<Verdict> JudgeAsync(RuleContext context, CancellationToken cancel)
    {
        var recipient = context.Recipient!;
        return ValueTask.FromResult(recipient.Outcome switch
        {
            ResolutionOutcome.Found => Verdict.Pass(Name, recipient.Path.Count > 1 ? recipient.Drawn : "address found", new Fact("route", Routes(recipient))),
            ResolutionOutcome.Unknown => Verdict.Refuse(
                Name,
                OurReplies.RecipientUnknown.Say(("recipient", context.RecipientText)),
                $"{recipient.Domain?.Name ?? "no domain of ours"} has no such mailbox, alias or catch-all",
                new Fact("domain", recipient.Domain?.Name ?? "none hosted"),
                new Fact("would pass", "a mailbox or alias of that name, or a catch-all")),
            _ => Verdict.Unremarkable,
        });
    }

    private static string Routes(Resolution recipient) => recipient.Routes.Count switch
    {
        1 => recipient.Routes[0].Destination.ToString(),
        var many => $"{many} destinations",
    };
}
