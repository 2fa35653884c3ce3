using Gatepost.Replies;
using Gatepost.Replies.Catalogue;
using Gatepost.Smtp.Search;

namespace Gatepost.Web.Control;

/// <summary>Why a story ended as it did, and who can act, in the reader's language.</summary>
/// <param name="Meaning">One sentence; null if there is nothing to explain.</param>
/// <param name="WhoCanAct">Empty if there is nothing to do.</param>
public sealed record StoryCause(string? Meaning, IReadOnlyList<string> WhoCanAct)
{
    public static StoryCause Of(Story story, ReplyExplainer meanings)
    {
        if (Explain(story, meanings) is not { } explained)
            return new StoryCause(null, []);
        var parties = Advice.Parties.Where(party => explained.Actors.HasFlag(party))
            .Select(party => meanings.Texts.Party(party, AdviceVoice.Explain)).ToList();
        return new StoryCause(explained.Meaning(meanings.Texts.Language) is { Length: > 0 } meaning ? meaning : null, parties);
    }

    /// <summary>What the catalogue says of the reply that decided; null if nothing needs to be explained.</summary>
    public static Explanation? Explain(Story story, ReplyExplainer meanings) =>
        story.Decided is { } decided ? meanings.Explain(decided) : null;
}
