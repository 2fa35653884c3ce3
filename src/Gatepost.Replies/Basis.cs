namespace Gatepost.Replies;

/// <summary>What an explanation rests on, nearest to the cause first.</summary>
public enum Basis
{
    /// <summary>An entry of our own, recognised by its full text.</summary>
    Own,

    /// <summary>A provider's or product's known wording.</summary>
    Dialect,

    /// <summary>Words that mean the same in every server's mouth ("no such user").</summary>
    Words,

    /// <summary>The enhanced status.</summary>
    Status,

    /// <summary>The basic reply code.</summary>
    Code,

    /// <summary>Nothing that we know.</summary>
    Unknown,
}
