using Gatepost.Replies;
using Gatepost.Smtp.Wire;

namespace Gatepost.Smtp.Server;

/// <content>DATA and BDAT: the octets of a message.</content>
internal sealed partial class Connection
{
    private const int SmallRead = 16 * 1024;
    private const int LargeRead = 64 * 1024;

    private static readonly byte[] CarriageReturn = "\r"u8.ToArray();

    private async ValueTask<bool> HearDataAsync()
    {
        await FlushAsync().ConfigureAwait(false);
        var envelope = session.Envelope;
        var unstuffer = new DotUnstuffer();
        long begun = parts.Watch.Now;
        lastReadWasFull = false;
        bool ended = false, bearable = true;
        while (!ended)
        {
            if (input.IsEmpty && !await FillBodyAsync(begun).ConfigureAwait(false))
                return LeaveBody(begun);

            ended = unstuffer.Feed(input.Unread, out int used, out int kept, out bool heldBack);
            if (heldBack)
                await dialogue.TakeAsync(CarriageReturn, Cancel).ConfigureAwait(false);
            if (kept > 0)
                bearable = await dialogue.TakeAsync(input.UnreadMemory[..kept], Cancel).ConfigureAwait(false);
            input.Consume(used);
            if (!bearable)
                break;
            await GiveWayAsync().ConfigureAwait(false);
        }

        await EndBodyAsync(dialogue.EndDataAsync(Cancel), envelope, "(end of data)").ConfigureAwait(false);
        return bearable && !judgementTimedOut;
    }

    private async ValueTask<bool> HearChunkAsync()
    {
        var envelope = session.Envelope;
        long left = dialogue.ChunkOctets;
        long begun = ChunksBegun(envelope);
        lastReadWasFull = false;
        // A chunk that came together with its command is never waited for, so the clock is looked at here as well.
        if (parts.Watch.Now >= SlowDeadline(begun))
            return LeaveSlow(begun);

        while (left > 0)
        {
            if (input.IsEmpty)
            {
                await FlushAsync().ConfigureAwait(false);
                if (!await FillBodyAsync(begun).ConfigureAwait(false))
                    return LeaveBody(begun);
            }

            int count = (int)Math.Min(left, input.Length);
            await dialogue.TakeAsync(input.UnreadMemory[..count], Cancel).ConfigureAwait(false);
            input.Consume(count);
            left -= count;
            await GiveWayAsync().ConfigureAwait(false);
        }

        await EndBodyAsync(dialogue.EndChunkAsync(Cancel), envelope, "(end of chunk)").ConfigureAwait(false);
        return !judgementTimedOut;
    }

    /// <summary>One clock for all chunks of a message: otherwise small chunks would buy time without end.</summary>
    private long ChunksBegun(Envelope? envelope)
    {
        if (envelope is null || !ReferenceEquals(envelope, chunksOf))
        {
            chunksOf = envelope;
            chunksBegun = parts.Watch.Now;
        }

        return chunksBegun;
    }

    private Envelope? chunksOf;
    private long chunksBegun;

    /// <summary>With LMTP each recipient gets the reply once, in the order of the RCPT commands (RFC 2033 §4.2).</summary>
    private async ValueTask EndBodyAsync(ValueTask<Reply> ending, Envelope? envelope, string command)
    {
        if (await JudgedAsync(ending!).ConfigureAwait(false) is not { } reply)
            return;
        if (dialogue.Answered.Count == 0)
            Say(reply, Stage.Message, command, envelope, queueId: dialogue.AcceptedAs);
        foreach (var recipient in dialogue.Answered)
            Say(reply, Stage.Message, command, envelope, recipient, dialogue.AcceptedAs);
    }

    /// <summary>A fast sender gets a larger buffer; one that pauses gets none while it does.</summary>
    private ValueTask<bool> FillBodyAsync(long begun)
    {
        long until = Math.Min(In(terms.Limits.DataTimeout), SlowDeadline(begun));
        return FillAsync(Phase.AwaitingData, until, lastReadWasFull ? LargeRead : SmallRead, letGo: !lastReadWasFull);
    }

    /// <summary>The moment at which what has come so far is too little.</summary>
    private long SlowDeadline(long begun)
    {
        if (terms.Limits.MinDataRate == 0)
            return long.MaxValue;
        return begun + (long)terms.Limits.SlowDataGrace.TotalMilliseconds + (dialogue.BodyOctets * 1000 / terms.Limits.MinDataRate);
    }

    /// <summary>The message stopped in the middle: nothing is queued, and whatever TLS has closed is not read any further.</summary>
    private bool LeaveBody(long begun)
    {
        if (interruption != Phase.TimedOut)
        {
            Trouble("closed by the client in the middle of a message");
            return false;
        }

        if (!dialogue.SawBareLineEnd && parts.Watch.Now >= SlowDeadline(begun))
            return LeaveSlow(begun);
        return LeaveTimedOut(dialogue.SawBareLineEnd
            ? dialogue.Leave(OurReplies.DataTimeoutAtBareLineEnd)
            : dialogue.Leave(OurReplies.DataTimeout, ("octets", dialogue.BodyOctets)));
    }

    private bool LeaveSlow(long begun) =>
        LeaveTimedOut(dialogue.Leave(OurReplies.DataTooSlow, ("octets", dialogue.BodyOctets), ("seconds", (parts.Watch.Now - begun) / 1000)));

    private bool LeaveTimedOut(Reply reply)
    {
        Trouble("timed out in the middle of a message");
        Say(reply, Stage.Message, null, session.Envelope);
        return false;
    }

    /// <summary>Also a client whose octets never run out lets others have their turn.</summary>
    private async ValueTask GiveWayAsync()
    {
        if (++inARow < MaxTurn)
            return;
        inARow = 0;
        await Task.Yield();
    }
}
