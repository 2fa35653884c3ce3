using Gatepost.Replies;

namespace Gatepost.Smtp.Server;

/// <summary>How one connection ended, for the journal.</summary>
internal sealed class ConnectionEnd
{
    /// <summary>The last that was noted; ordinary until something else was.</summary>
    public Finding How { get; private set; } = OurEvidence.ClosedByUs.Say();

    /// <summary>Whether an administrator may want to know of it.</summary>
    public bool IsError { get; private set; }

    public void Note(Finding how) => How = how;

    public void NoteError(Finding how)
    {
        How = how;
        IsError = true;
    }
}
