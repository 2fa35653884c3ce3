namespace Gatepost.Replies.Matching;

/// <summary>What speaks for one reason: the strongest phrase, and a little more where others agree.</summary>
internal struct Vote
{
    /// <summary>The strongest phrase's number, counted from 1; 0 where only a status or code speaks for it.</summary>
    public int Best;

    public int BestWeight, Start, Length;

    private int second, literalLength;

    /// <summary>What the status adds.</summary>
    public int Status;

    /// <summary>What the basic code adds.</summary>
    public int Code;

    public readonly int Total => BestWeight + Math.Min(12, second / 4) + Status + Code;

    /// <summary>True if other words speak for this one than for the other.</summary>
    public readonly bool IsApart(in Vote other) => Start >= other.Start + other.Length || Start + Length <= other.Start;

    /// <param name="phrase">Its number, counted from 1.</param>
    /// <param name="weight">How much it says.</param>
    /// <param name="literal">How much of it is given: of two equals the more particular one decides.</param>
    /// <param name="start">Where it is.</param>
    /// <param name="length">How long it is there.</param>
    public void Add(int phrase, int weight, int literal, int start, int length)
    {
        bool apart = Best == 0 || start >= Start + Length || start + length <= Start;
        if (weight < BestWeight || (weight == BestWeight && literal <= literalLength))
        {
            if (apart)
                second = Math.Max(second, weight);
            return;
        }

        if (apart)
            second = Math.Max(second, BestWeight);
        (Best, BestWeight, literalLength, Start, Length) = (phrase, weight, literal, start, length);
    }
}
