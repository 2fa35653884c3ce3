using Gatepost.Policy.Reputation;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Policy.Rules.Connection;

/// <summary>Refuses clients whose address is on a block list.</summary>
/// <remarks>
/// Never on submission: lists hold the home lines our users write from. A list that did not answer or cannot be
/// believed refuses no one (<see cref="Dnsbl"/>). RFC 5782.
/// </remarks>
public sealed class ListedByDnsbl : IRule
{
    public string Name => "listed-by-dnsbl";

    public Stage Stage => Stage.Connect;

    public bool ExemptsTrusted => true;

    public bool AppliesTo(ListenerRole role) => role == ListenerRole.Mx;

    public bool IsIdle(PolicyOptions options) => options.Dnsbls.Count == 0;

    public async ValueTask<Verdict> JudgeAsync(RuleContext context, CancellationToken cancel)
    {
        if (context.Questions is not { } questions || context.Options.Dnsbls.Count == 0)
            return Verdict.Unremarkable;

        var listings = await questions.ListingsAsync(cancel);
        var facts = listings.Select(listing => OurFacts.Dnsbl.Is(listing.Zone, Show(listing))).ToList();
        if (listings.FirstOrDefault(listing => listing.Outcome == ListingOutcome.Listed) is not { } listed)
            return Verdict.Pass(Name, OurEvidence.OnNoList.Say(), facts);

        bool opaque = context.Options.Dnsbls.Any(list => list.Opaque && list.Zone == listed.Zone);
        facts.Add(OurFacts.WouldPass.Is(OurEvidence.PassNotListed.Say(listed.Zone)));
        return Verdict.Refuse(
            Name,
            (opaque ? ConnectionReplies.ListedByDnsblOpaque : ConnectionReplies.ListedByDnsbl)
                .Say(("client", context.ClientText), ("zone", listed.Zone), ("listing", listed.Text)),
            OurEvidence.Listed.Say(context.Client, listed.Zone, listed.Text ?? ""),
            facts);
    }

    private static Finding Show(Listing listing)
    {
        var answer = DnsFacts.WithTtl(OurEvidence.ListAnswer.Say(listing.Question, listing.Answer), listing.Ttl);
        return listing.Text is { } text ? OurEvidence.WithWords.Say(answer, text) : answer;
    }
}
