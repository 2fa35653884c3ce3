using Gatepost.Dns;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Policy.Rules.Connection;

/// <summary>Defers or refuses clients whose reverse name does not lead back to their address. Off unless configured.</summary>
/// <remarks>A silent DNS confirms nothing and is no reason to refuse.</remarks>
public sealed class ReverseNameUnconfirmed : IRule
{
    public string Name => "reverse-name-unconfirmed";

    public Stage Stage => Stage.Connect;

    public RuleMode DefaultMode => RuleMode.Off;

    public bool ExemptsTrusted => true;

    public bool AppliesTo(ListenerRole role) => role == ListenerRole.Mx;

    public async ValueTask<Verdict> JudgeAsync(RuleContext context, CancellationToken cancel)
    {
        if (context.Questions is not { } questions)
            return Verdict.Unremarkable;
        var name = await questions.NameAsync(cancel);
        var names = name.Names;
        if (names.Outcome != DnsOutcome.Found)
            return Verdict.Unremarkable;

        if (name.Confirmed is [var confirmed, ..])
        {
            var (asked, answer) = name.Addresses.First(one => one.Name == confirmed);
            return Verdict.Pass(
                Name, OurEvidence.NameLeadsBack.Say(confirmed, context.Client), OurFacts.Addresses.Is(asked, DnsFacts.Show(answer)));
        }

        List<Fact> facts = [.. name.Addresses.Select(asked => OurFacts.Addresses.Is(asked.Name, DnsFacts.Show(asked.Answer)))];

        bool silent = name.HasUnanswered;
        if (silent && context.Options.DefersWhenSilent(Name))
        {
            facts.Add(OurFacts.WouldPass.Is(OurEvidence.PassNamesAnswer.Say()));
            return Verdict.Refuse(
                "reverse-lookup-failed",
                ConnectionReplies.ReverseLookupFailed.Say(("client", context.ClientText)),
                OurEvidence.NamesUnanswered.Say(),
                facts);
        }

        if (silent)
            return Verdict.Pass(Name, OurEvidence.NamesUnanswered.Say(), facts);
        facts.Add(OurFacts.WouldPass.Is(OurEvidence.PassConfirmed.Say(names.Records[0], context.Client)));
        return Verdict.Refuse(
            Name,
            ConnectionReplies.ReverseNameUnconfirmed.Say(("name", names.Records[0]), ("client", context.ClientText)),
            OurEvidence.NoNameLeadsBack.Say(context.Client),
            facts);
    }
}
