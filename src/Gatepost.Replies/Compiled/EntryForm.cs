namespace Gatepost.Replies.Compiled;

/// <summary>What a wording means.</summary>
internal enum EntryForm
{
    /// <summary>Nothing by itself.</summary>
    Unrecognised,

    /// <summary>An entry of our own, by its id.</summary>
    Own,

    /// <summary>An entry of a dialect, by its number.</summary>
    Dialect,

    /// <summary>The general entry of a reason, by the reason's number.</summary>
    General,
}
