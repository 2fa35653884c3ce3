using System.Buffers;
using Gatepost.Smtp.Message;

namespace Gatepost.Smtp.Server;

/// <summary>What is wrong with a message's own form.</summary>
internal enum MessageFlaw
{
    None,
    BareLineEnd,
    TooManyHops,
}

/// <summary>
/// A message while it arrives, by whatever way: checks its line ends, counts, looks at its header, hands octets on to the draft.
/// </summary>
internal sealed class IncomingMessage(IMessageDraft draft, SessionLimits limits, LineEndPolicy policy) : IAsyncDisposable
{
    private ReceivedCounts header;
    private BareLfCheck lineEnds;
    private LineEndRepair repair;
    private bool stopped;

    public IMessageDraft Draft { get; } = draft;

    /// <summary>Octets that are kept; those beyond are only counted.</summary>
    public long Limit { get; set; } = limits.MaxMessage;

    /// <summary>Whether octets beyond <see cref="Limit"/> came and were not kept.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Octets of the message, also of those that were too many to keep.</summary>
    public long Octets { get; private set; }

    public int Hops => header.Received;

    /// <summary>Octets of its longest line without CRLF; 0 for a binary message, which has none.</summary>
    public long LongestLine => policy == LineEndPolicy.Binary ? 0 : lineEnds.LongestLine;

    public bool HasMessageId => header.HasMessageId;

    /// <summary>See <see cref="JournalEvent.MessageId"/>.</summary>
    public string? MessageId => header.MessageId;

    public bool HasDate => header.HasDate;

    /// <summary>Whether the header says <c>TLS-Required: No</c>.</summary>
    public bool IsTlsOptional => header.IsTlsOptional;

    /// <summary>Whether the message begins with its text: nothing in it is a header field.</summary>
    public bool LacksHeader => header.IsMissing;

    /// <summary>Whether a CR or LF alone has come that the message must not hold.</summary>
    public bool SawBareLineEnd => policy == LineEndPolicy.Refuse && lineEnds.SawBareLineEnd;

    /// <summary>Line ends that were a bare CR or LF and became CR LF.</summary>
    public long RepairedLineEnds => repair.Repaired;

    /// <summary>What the draft threw; the message cannot be kept.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Takes the next octets. What cannot be kept is counted and forgotten: the client learns at the end.</summary>
    public async ValueTask TakeAsync(ReadOnlyMemory<byte> octets, CancellationToken cancel)
    {
        if (policy != LineEndPolicy.Normalise)
        {
            await KeepAsync(octets, cancel).ConfigureAwait(false);
            return;
        }

        byte[] repaired = ArrayPool<byte>.Shared.Rent(LineEndRepair.Room(octets.Length));
        try
        {
            int length = repair.Feed(octets.Span, repaired);
            await KeepAsync(repaired.AsMemory(0, length), cancel).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(repaired);
        }
    }

    /// <summary>The message has come to its end; nothing more is taken.</summary>
    public async ValueTask EndAsync(CancellationToken cancel)
    {
        byte[] rest = new byte[LineEndRepair.Room(0)];
        if (policy == LineEndPolicy.Normalise && repair.Finish(rest) is var length and > 0)
            await KeepAsync(rest.AsMemory(0, length), cancel).ConfigureAwait(false);
    }

    private async ValueTask KeepAsync(ReadOnlyMemory<byte> octets, CancellationToken cancel)
    {
        Octets = checked(Octets + octets.Length);
        lineEnds.Feed(octets.Span);
        IsCut |= Octets > Limit;
        if (stopped || IsCut)
            return;

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
    public MessageFlaw Finish()
    {
        lineEnds.Finish();
        header.Finish();
        return SawBareLineEnd ? MessageFlaw.BareLineEnd
            : Hops > HopLimit.Ceiling ? MessageFlaw.TooManyHops
            : MessageFlaw.None;
    }

    public ValueTask DisposeAsync() => Draft.DisposeAsync();
}
