using Gatepost.Smtp.Wire;

namespace Gatepost.Smtp.Server;

/// <summary>What is wrong with a message's own form.</summary>
internal enum MessageFlaw
{
    None,
    TooBig,
    BareLineEnd,
    LineTooLong,
    TooManyHops,
}

/// <summary>A message while it arrives by DATA or BDAT: counts, looks at its header, hands octets on to the draft.</summary>
internal sealed class IncomingMessage(IMessageDraft draft, SessionLimits limits, bool checkLineEnds) : IAsyncDisposable
{
    private HeaderScan header;
    private LineEndCheck lineEnds;
    private bool stopped;

    public IMessageDraft Draft { get; } = draft;

    /// <summary>Octets of the message, also of those that were too many to keep.</summary>
    public long Octets { get; private set; }

    public int Hops => header.Hops;

    public bool HasMessageId => header.HasMessageId;

    public bool HasDate => header.HasDate;

    /// <summary>Whether the message begins with its text: nothing in it is a header field.</summary>
    public bool LacksHeader => header.Missing;

    /// <summary>What the draft threw; the message cannot be kept.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Takes the next octets. What cannot be kept is counted and forgotten: the client learns at the end.</summary>
    public async ValueTask TakeAsync(ReadOnlyMemory<byte> octets, CancellationToken cancel)
    {
        Octets = checked(Octets + octets.Length);
        if (checkLineEnds)
            lineEnds.Feed(octets.Span);
        if (stopped || Octets > limits.MaxMessage)
        {
            stopped = true;
            return;
        }

        header.Feed(octets.Span);
        try
        {
            stopped = !await Draft.WriteAsync(octets, cancel).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !cancel.IsCancellationRequested)
        {
            Failure = failure;
            stopped = true;
        }
    }

    /// <summary>Judges the form once everything has come.</summary>
    /// <param name="bareLineEnd">What the dot-unstuffer saw; for chunks it is looked for here.</param>
    /// <param name="longestLine">Likewise.</param>
    public MessageFlaw Finish(bool bareLineEnd, long longestLine)
    {
        if (checkLineEnds)
        {
            lineEnds.Finish();
            bareLineEnd |= lineEnds.SawBareLineEnd;
            longestLine = Math.Max(longestLine, lineEnds.LongestLine);
        }

        return Octets > limits.MaxMessage ? MessageFlaw.TooBig
            : bareLineEnd ? MessageFlaw.BareLineEnd
            : longestLine > (limits.MaxTextLine ?? long.MaxValue) ? MessageFlaw.LineTooLong
            : Hops > limits.MaxHops ? MessageFlaw.TooManyHops
            : MessageFlaw.None;
    }

    public ValueTask DisposeAsync() => Draft.DisposeAsync();
}
