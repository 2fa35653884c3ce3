using Gatepost.Smtp.Wire;

namespace Gatepost.Smtp.Server;

/// <summary>How reading a message or a chunk ended.</summary>
internal enum BodyEnd
{
    Complete,

    /// <summary>So far over the limit that the connection ends after the reply.</summary>
    TooMuch,

    ClosedByClient,

    TimedOut,

    /// <summary>Timed out while CR LF . CR LF was missing but bare line ends came.</summary>
    TimedOutAtBareLineEnd,

    /// <summary>Less came than the slowest rate allowed.</summary>
    TooSlow,
}

/// <summary>Reads the octets of DATA and BDAT into the session, under a silence limit and a lowest rate.</summary>
internal sealed class BodyReader(ConnectionStream stream, Deadlines deadlines, SmtpSession smtp, SessionLimits limits)
{
    private const int SmallRead = 16 * 1024;
    private const int LargeRead = 64 * 1024;

    private static readonly byte[] CarriageReturn = "\r"u8.ToArray();

    private Envelope? envelopeOfChunks;
    private long started;

    /// <summary>Seconds since the message began.</summary>
    public long Seconds => (deadlines.Now - started) / 1000;

    /// <summary>Reads up to CRLF.CRLF.</summary>
    public async ValueTask<BodyEnd> ReadDataAsync()
    {
        await stream.FlushAsync().ConfigureAwait(false);
        var input = stream.Input;
        var unstuffer = new DotUnstuffer();
        started = deadlines.Now;
        stream.LastReadWasFull = false;
        bool ended = false, bearable = true;
        while (!ended && bearable)
        {
            if (input.IsEmpty && !await FillAsync().ConfigureAwait(false))
                return Interrupted();

            ended = unstuffer.Feed(input.Unread, out int used, out int kept, out bool heldBack);
            if (heldBack)
                await smtp.WriteBodyAsync(CarriageReturn, deadlines.Token).ConfigureAwait(false);
            if (kept > 0)
                bearable = await smtp.WriteBodyAsync(input.UnreadMemory[..kept], deadlines.Token).ConfigureAwait(false);
            input.Consume(used);
            if (bearable)
                await stream.YieldAsync().ConfigureAwait(false);
        }

        return bearable ? BodyEnd.Complete : BodyEnd.TooMuch;
    }

    /// <summary>Reads one chunk.</summary>
    public async ValueTask<BodyEnd> ReadChunkAsync()
    {
        var input = stream.Input;
        long left = smtp.ChunkOctets;
        // One clock for all chunks of a message: otherwise small chunks would buy time without end.
        if (smtp.Session.Envelope is not { } envelope || !ReferenceEquals(envelope, envelopeOfChunks))
        {
            envelopeOfChunks = smtp.Session.Envelope;
            started = deadlines.Now;
        }

        stream.LastReadWasFull = false;
        // A chunk that came together with its command is never waited for, so the clock is checked here as well.
        if (deadlines.Now >= SlowDeadline)
            return BodyEnd.TooSlow;

        while (left > 0)
        {
            if (input.IsEmpty)
            {
                await stream.FlushAsync().ConfigureAwait(false);
                if (!await FillAsync().ConfigureAwait(false))
                    return Interrupted();
            }

            int count = (int)Math.Min(left, input.Length);
            await smtp.WriteBodyAsync(input.UnreadMemory[..count], deadlines.Token).ConfigureAwait(false);
            input.Consume(count);
            left -= count;
            await stream.YieldAsync().ConfigureAwait(false);
        }

        return BodyEnd.Complete;
    }

    /// <summary>The moment at which what has come so far is too little.</summary>
    private long SlowDeadline =>
        started + (long)SessionLimits.SlowDataGrace.TotalMilliseconds + (smtp.BodyOctets * 1000 / SessionLimits.MinDataRate);

    private long StressDeadline => Math.Min(
        Math.Min(deadlines.In(SessionLimits.StressedSilence), deadlines.In(limits.DataTimeout)),
        started + (long)SessionLimits.StressedDataGrace.TotalMilliseconds + (smtp.BodyOctets * 1000 / SessionLimits.StressedDataRate));

    /// <summary>A fast sender gets a larger buffer; one that pauses gets none while it does.</summary>
    private ValueTask<bool> FillAsync() => stream.FillAsync(
        Phase.AwaitingData,
        new WaitEnd(Math.Min(deadlines.In(limits.DataTimeout), SlowDeadline), StressDeadline),
        stream.LastReadWasFull ? LargeRead : SmallRead,
        letGo: !stream.LastReadWasFull);

    /// <summary>The message stopped in the middle: nothing is queued.</summary>
    private BodyEnd Interrupted() =>
        deadlines.Interruption != Phase.TimedOut ? BodyEnd.ClosedByClient
        : smtp.SawBareLineEnd ? BodyEnd.TimedOutAtBareLineEnd
        : deadlines.WasHurried || deadlines.Now >= SlowDeadline ? BodyEnd.TooSlow
        : BodyEnd.TimedOut;
}
