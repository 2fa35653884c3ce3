namespace Gatepost.Replies;

/// <summary>One thing that one party can do.</summary>
/// <param name="Who">Exactly one party.</param>
/// <param name="What">A sentence, in the language asked for.</param>
public readonly record struct Step(Actors Who, string What);
