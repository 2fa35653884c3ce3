namespace Gatepost.Replies;

/// <summary>The words that decided, as they stand in the text given.</summary>
/// <param name="Start">Where they begin in the text, in characters.</param>
/// <param name="Text">The words themselves: always a part of the text; empty where something outside of it decided.</param>
public readonly record struct Evidence(int Start, string Text)
{
    public int Length => Text.Length;
}
