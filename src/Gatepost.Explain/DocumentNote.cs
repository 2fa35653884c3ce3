using Gatepost.Explain.Observations;
using Gatepost.Replies;
using Gatepost.Replies.Catalogue;

namespace Gatepost.Explain;

/// <summary>What a document is and what to do about it, where it reports no failure: a receipt, a challenge, a summary.</summary>
public sealed class DocumentNote
{
    private readonly ReplyDatabase knowledge;

    internal DocumentNote(ReplyDatabase knowledge, string word)
    {
        this.knowledge = knowledge;
        Word = word;
    }

    /// <summary><c>receipt-displayed</c>, <c>challenge</c>, <c>dmarc-report</c>, ...: a section <c>[kind.word]</c> of the words.</summary>
    public string Word { get; }

    /// <summary>One sentence.</summary>
    public string Meaning(Language language) => knowledge.WordsOf("kind." + Word, language).Meaning ?? "";

    /// <summary>What to do, by party.</summary>
    public IReadOnlyList<Step> Steps(Language language)
    {
        var words = knowledge.WordsOf("kind." + Word, language);
        return [.. Advice.Parties.SelectMany(party => words.For(party).Select(step => new Step(party, step)))];
    }

    /// <summary>What a row of a digest means.</summary>
    public string Meaning(DigestRow row, Language language) => knowledge.WordsOf("digest." + row.Problem, language).Meaning ?? row.Problem;
}
