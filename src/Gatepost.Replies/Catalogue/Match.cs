namespace Gatepost.Replies.Catalogue;

/// <summary>What a text was recognised as, before anything is put into words; costs no memory.</summary>
/// <param name="Entry">The entry, always one.</param>
/// <param name="Basis">What it rests on.</param>
/// <param name="Start">Where the deciding words begin in the text, in characters.</param>
/// <param name="Length">How long they are; 0 where something outside of the text decided.</param>
/// <param name="Weight">How much the words say: 0 nothing, about 20 a hint ("temporary failure", "access denied"), 60 and more plain words;
/// comparable between texts.</param>
public readonly record struct Match(ReplyEntry Entry, Basis Basis, int Start, int Length, int Weight)
{
    /// <summary>From this weight on words are plain.</summary>
    public const int Plain = 60;

    /// <summary>Another cause that other words of the text name nearly as plainly; null if there is none.</summary>
    public Reason? Other { get; init; }

    /// <summary>True if the status names the same cause as the words, by a detail that is not given for everything.</summary>
    public bool StatusAgrees { get; init; }

    /// <summary>True if other words, or a specific status, name another cause nearly as plainly.</summary>
    public bool IsContested { get; init; }

    /// <summary>True if the words leave the cause open, so that another text of the same document may say more.</summary>
    public bool IsVague => Weight < 40;
}
