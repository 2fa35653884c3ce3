using Gatepost.Replies;

namespace Gatepost.Configuration;

/// <summary>A value that its key does not take.</summary>
internal sealed class WrongValueException(Finding what) : FormatException(what.ToString())
{
    /// <summary>What is wrong and what to write instead.</summary>
    public Finding What { get; } = what;
}
