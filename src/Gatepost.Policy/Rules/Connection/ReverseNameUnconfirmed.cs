using Gatepost.Dns;
using Gatepost.Policy.Basics;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Policy.Rules.Connection;

/// <summary>Defers or refuses clients whose reverse name does not lead back to their address. Off unless configured.</summary>
/// <remarks>Where the name was confirmed it is noted for the Received field. A silent DNS confirms nothing and refuses nobody.</remarks>
public sealed class ReverseNameUnconfirmed(PolicyServices parts) : IRule
{
    private const int MostNames = 5;

    public string Name => "reverse-name-unconfirmed";

    public Stage Stage => Stage.Connect;

    public RuleMode DefaultMode => RuleMode.Off;

    public bool ExemptsTrusted => true;

    public bool AppliesTo(ListenerRole role) => role == ListenerRole.Mx;

    public async ValueTask<Verdict> JudgeAsync(RuleContext context, CancellationToken cancel)
    {
        if (context.Questions is not { } questions)
            return Verdict.Unremarkable;
        var names = await questions.ReverseAsync(cancel);
        if (names.Outcome != DnsOutcome.Found)
            return Verdict.Unremarkable;

        var facts = new List<Fact>();
        bool silent = false;
        foreach (string name in names.Records.Take(MostNames))
        {
            var addresses = await parts.Dns.AddressesAsync(name, cancel);
            if (addresses.Records.Any(address => Networks.Same(address, context.Session.Client.Address)))
            {
                context.Session.ClientName ??= name;
                return Verdict.Pass(
                    Name, OurEvidence.NameLeadsBack.Say(name, context.Client), OurFacts.Addresses.Is(name, DnsFacts.Show(addresses)));
            }

            silent |= addresses.Outcome == DnsOutcome.Unanswered;
            facts.Add(OurFacts.Addresses.Is(name, DnsFacts.Show(addresses)));
        }

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
