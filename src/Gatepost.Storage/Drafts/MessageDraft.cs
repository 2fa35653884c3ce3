using System.Buffers;
using Gatepost.Files;
using Gatepost.Smtp;
using Gatepost.Storage.Bodies;
using Gatepost.Storage.Ids;
using Gatepost.Storage.Queue;
using Gatepost.Storage.Settings;

namespace Gatepost.Storage.Drafts;

/// <summary>
/// A message while it arrives: in one pooled buffer with room for its head in front, or, once it is large or memory is short, in a file
/// of its own.
/// </summary>
internal sealed class MessageDraft(Intake intake, long id, string? releasedFrom) : IMessageDraft
{
    /// <summary>Room kept before the body, so that record header and trace fields need no second copy of it.</summary>
    private const int Headroom = 1024;

    private const int FirstBuffer = 8 * 1024;
    private const int LargestHandedOver = 80 * 1024;
    private const int SpillBuffer = 32 * 1024;

    private readonly Lock sync = new();
    private byte[]? buffer;
    private int filled = Headroom;
    private int accounted;
    private DraftFile? file;
    private Exception? failure;
    private bool owned;
    private bool handedOver;

    public string QueueId { get; } = QueueIds.Write(id);

    public long Length => file is null ? filled - Headroom : file.Length + filled;

    public async ValueTask<bool> WriteAsync(ReadOnlyMemory<byte> octets, CancellationToken cancel)
    {
        if (failure is not null)
            return false;
        if (file is null && TryHold(octets.Length))
        {
            octets.Span.CopyTo(buffer.AsSpan(filled));
            filled += octets.Length;
            return true;
        }

        try
        {
            if (file is null)
                await SpillAsync(cancel);
            await AppendAsync(octets, cancel);
            return true;
        }
        catch (Exception e) when (Disk.IsFailure(e))
        {
            failure = e;
            return false;
        }
    }

    /// <summary>Whether so much more fits in memory; makes the buffer larger where need be.</summary>
    private bool TryHold(int more)
    {
        int needed = filled + more;
        if (buffer is not null && needed <= buffer.Length)
            return true;
        if (needed > StoreOptions.SegmentLimit)
            return false;

        int size = buffer is null ? FirstBuffer : buffer.Length;
        while (size < needed)
            size *= 2;
        size = Math.Min(size, StoreOptions.SegmentLimit);
        if (!intake.Budget.TryTake(size - accounted))
            return false;

        accounted = size;
        byte[] larger = ArrayPool<byte>.Shared.Rent(size);
        if (buffer is not null)
        {
            buffer.AsSpan(Headroom, filled - Headroom).CopyTo(larger.AsSpan(Headroom));
            ArrayPool<byte>.Shared.Return(buffer);
        }

        buffer = larger;
        return true;
    }

    private async ValueTask SpillAsync(CancellationToken cancel)
    {
        file = new DraftFile(intake.Files.Create(id));
        if (buffer is not null)
            await file.AppendAsync(buffer.AsMemory(Headroom, filled - Headroom), cancel);

        ReleaseBuffer();
        filled = 0;
    }

    private async ValueTask AppendAsync(ReadOnlyMemory<byte> octets, CancellationToken cancel)
    {
        // Where all drafts together have no room left even for this, each piece is written as it comes.
        if (buffer is null && intake.Budget.TryTake(SpillBuffer))
        {
            accounted = SpillBuffer;
            buffer = ArrayPool<byte>.Shared.Rent(SpillBuffer);
        }

        if (buffer is not null && filled + octets.Length > buffer.Length)
            await FlushAsync(cancel);
        if (buffer is null || octets.Length >= buffer.Length)
        {
            await file!.AppendAsync(octets, cancel);
            return;
        }

        octets.Span.CopyTo(buffer.AsSpan(filled));
        filled += octets.Length;
    }

    private async ValueTask FlushAsync(CancellationToken cancel)
    {
        if (filled == 0)
            return;
        await file!.AppendAsync(buffer.AsMemory(0, filled), cancel);
        filled = 0;
    }

    public async ValueTask<StoreResult> EndAsync(CancellationToken cancel)
    {
        if (failure is null && file is not null)
        {
            try
            {
                await FlushAsync(cancel);
            }
            catch (Exception e) when (Disk.IsFailure(e))
            {
                failure = e;
            }
        }

        return failure is null ? new StoreResult(StoreOutcome.Kept, null) : NotKept(failure);
    }

    private static StoreResult NotKept(Exception why) =>
        new(Disk.IsFull(why) ? StoreOutcome.Full : StoreOutcome.Broken, null, why.Message);

    public Stream OpenRead()
    {
        if (file is null)
            return buffer is null ? Stream.Null : new MemoryStream(buffer, Headroom, filled - Headroom, writable: false);

        // Several filters may begin to read at the same time; the tail must be written once.
        lock (sync)
        {
            if (filled > 0)
            {
                file.Append(buffer.AsSpan(0, filled));
                filled = 0;
            }

            return file.OpenRead();
        }
    }

    public async ValueTask<StoreResult> CommitAsync(
        ReadOnlyMemory<byte> head, Envelope envelope, Session? session, CancellationToken cancel)
    {
        if (failure is not null)
            return NotKept(failure);
        var outcome = intake.Room(0);
        if (outcome != StoreOutcome.Kept)
            return new StoreResult(outcome, null, intake.Cause.Message);

        Contents contents;
        ReadOnlyMemory<byte>? inMemory = null;
        if (file is null)
        {
            var record = Compose(head.Span);
            contents = Contents.Of(id, record);
            inMemory = HandOver(record);
        }
        else
        {
            if (await FinishFileAsync(cancel) is { } failed)
                return NotKept(failed);
            contents = new Contents(head.Length + file.Length, head, default, -intake.Files.Generation, file.SumWith(head.Span));
        }

        var message = NewMessage.From(id, envelope, session, intake.Now, contents, inMemory, releasedFrom);
        // From here on the row may come to be whatever happens to the caller, so the draft no longer removes the file.
        owned = true;
        var kept = await intake.KeepAsync(message);
        if (kept.Outcome != StoreOutcome.Kept)
            owned = kept.Outcome == StoreOutcome.Broken;
        return kept;
    }

    /// <summary>Puts the head before the body: header of the record, head, body in one piece.</summary>
    private Memory<byte> Compose(ReadOnlySpan<byte> head)
    {
        int before = BodyRecord.HeaderLength + head.Length;
        if (buffer is not null && before <= Headroom)
        {
            head.CopyTo(buffer.AsSpan(Headroom - head.Length));
            return buffer.AsMemory(Headroom - before, before + filled - Headroom);
        }

        byte[] whole = GC.AllocateUninitializedArray<byte>(before + filled - Headroom);
        head.CopyTo(whole.AsSpan(BodyRecord.HeaderLength));
        buffer?.AsSpan(Headroom, filled - Headroom).CopyTo(whole.AsSpan(before));
        return whole;
    }

    /// <summary>
    /// Lets delivery have the buffer itself, if there is room: then it never goes back to the pool, since it is not known when the last
    /// reader is done.
    /// </summary>
    private ReadOnlyMemory<byte>? HandOver(Memory<byte> record)
    {
        int length = record.Length - BodyRecord.HeaderLength;
        if (length > StoreOptions.ArrivalsBodyLimit || buffer?.Length > LargestHandedOver || !intake.MayHandOver(length))
            return null;
        handedOver = true;
        return record[BodyRecord.HeaderLength..];
    }

    private async ValueTask<Exception?> FinishFileAsync(CancellationToken cancel)
    {
        try
        {
            await FlushAsync(cancel);
            await Task.Run(
                () =>
                {
                    file!.Sync();
                    intake.Files.SyncNames();
                },
                cancel);
            return null;
        }
        catch (Exception e) when (Disk.IsFailure(e))
        {
            return failure = e;
        }
    }

    private void ReleaseBuffer()
    {
        if (buffer is not null && !handedOver)
            ArrayPool<byte>.Shared.Return(buffer);
        buffer = null;
        intake.Budget.Give(accounted);
        accounted = 0;
    }

    public ValueTask DisposeAsync()
    {
        ReleaseBuffer();
        if (file is null)
            return ValueTask.CompletedTask;

        file.Dispose();
        file = null;
        if (!owned)
            intake.RemoveFile(intake.Files.Generation, id);
        return ValueTask.CompletedTask;
    }
}
