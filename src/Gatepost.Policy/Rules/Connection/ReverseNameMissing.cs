using Gatepost.Dns;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Policy.Rules.Connection;

/// <summary>Defers or refuses clients whose address has no name in reverse DNS.</summary>
/// <remarks>
/// A lookup that failed is another thing than a name that is missing: it passes, or the client is asked to come back where that is wanted.
/// RFC 7372 §3.3.
/// </remarks>
public sealed class ReverseNameMissing : IRule
{
    public string Name => "reverse-name-missing";

    public Stage Stage => Stage.Connect;

    public bool ExemptsTrusted => true;

    public bool AppliesTo(ListenerRole role) => role == ListenerRole.Mx;

    public async ValueTask<Verdict> JudgeAsync(RuleContext context, CancellationToken cancel)
    {
        if (context.Questions is not { } questions)
            return Verdict.Unremarkable;

        var names = await questions.ReverseAsync(cancel);
        string client = context.ClientText;
        return names.Outcome switch
        {
            DnsOutcome.Found =>
                Verdict.Pass(Name, OurEvidence.ReverseName.Say(context.Client, names.Records[0]),
                    OurFacts.Ptr.Is(context.Client, DnsFacts.Show(names))),
            DnsOutcome.Unanswered when !context.Options.DefersWhenSilent(Name) => Verdict.Pass(
                Name,
                OurEvidence.ReverseNameUnchecked.Say(context.Client),
                OurFacts.Ptr.Is(context.Client, DnsFacts.Show(names))),
            DnsOutcome.Unanswered => Verdict.Refuse(
                "reverse-lookup-failed",
                ConnectionReplies.ReverseLookupFailed.Say(("client", client)),
                OurEvidence.ReverseNameUnanswered.Say(context.Client, names.Detail),
                OurFacts.Ptr.Is(context.Client, DnsFacts.Show(names)),
                OurFacts.WouldPass.Is(OurEvidence.PassReverseAnswer.Say())),
            _ => Verdict.Refuse(
                Name,
                (context.Options.ReverseNameOpaque ? ConnectionReplies.ReverseNameMissingOpaque : ConnectionReplies.ReverseNameMissing)
                    .Say(("client", client)),
                OurEvidence.NoReverseName.Say(context.Client),
                OurFacts.Ptr.Is(context.Client, DnsFacts.Show(names)),
                OurFacts.WouldPass.Is(OurEvidence.PassPtr.Say())),
        };
    }
}
