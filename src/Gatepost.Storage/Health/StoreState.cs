namespace Gatepost.Storage.Health;

/// <summary>State of the store.</summary>
public enum StoreState
{
    Sound,

    /// <summary>No room for new mail; delivery goes on as far as it can.</summary>
    Full,

    /// <summary>The disk failed; everything is refused until the database has been reopened.</summary>
    Broken,
}
