using Gatepost.Replies;
using Gatepost.Smtp.Search;

namespace Gatepost.Web.Control;

/// <summary>Why a story ended as it did, and who can act, in the reader's language.</summary>
/// <param name="Meaning">One sentence; null if there is nothing to explain.</param>
/// <param name="WhoCanAct">Empty if there is nothing to do.</param>
public sealed record StoryCause(string? Meaning, IReadOnlyList<string> WhoCanAct)
{
    public static StoryCause Of(Story story, ReplyExplainer meanings)
    {
        if (story.Decided is not { } decided || !ReplyExplainer.NeedsMeaning(decided))
            return new StoryCause(null, []);
        MessageOutcome? outcome = story.Outcome switch
        {
            StoryOutcome.Deferred => MessageOutcome.StillTrying,
            StoryOutcome.Bounced => Advice.WhenOver(decided.Code, decided.Status),
            _ => null,
        };
        var explained = meanings.Explain(
            decided.Entry, decided.Code!.Value, decided.Status, decided.Text ?? "", decided.PeerName, outcome);
        var parties = Advice.Parties.Where(party => explained.Actors.HasFlag(party))
            .Select(party => meanings.Texts.Party(party, AdviceVoice.Explain)).ToList();
        return new StoryCause(explained.Meaning(meanings.Texts.Language) is { Length: > 0 } meaning ? meaning : null, parties);
    }
}
