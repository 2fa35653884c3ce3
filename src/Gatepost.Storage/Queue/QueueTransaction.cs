using System.Globalization;
using Gatepost.Delivery.Queue;
using Gatepost.Replies;
using Gatepost.Storage.Bodies;
using Gatepost.Storage.Settings;
using Gatepost.Storage.Sqlite;

namespace Gatepost.Storage.Queue;

/// <summary>The writer's side of <c>queue.db</c>: one transaction at a time, used by the writer's thread alone.</summary>
internal sealed class QueueTransaction : IDisposable
{
    private readonly Database database;
    private readonly SegmentFiles segments;
    private readonly DestinationTable destinations;
    private readonly SegmentUsage segmentTally;
    private readonly Statement begin, commit, rollback;
    private readonly Statement insertMessage, insertRecipient, deleteRecipient, defer, hasRecipients, findMessage, deleteMessage, tally;
    private readonly Statement hold, release, retry, stateOf, indicesOf, findPlace, move;
    private readonly List<long> freed = [];
    private readonly List<(long Generation, long Id)> files = [];
    private readonly StoreOptions options;
    private long messages, recipients, held;
    private bool inRows;

    public QueueTransaction(Database database, SegmentFiles segments, StoreOptions options)
    {
        this.options = options;
        this.database = database;
        this.segments = segments;
        destinations = new DestinationTable(database);
        segmentTally = new SegmentUsage(database);
        Releases = new ReleaseTable(database);
        begin = database.Prepare("BEGIN IMMEDIATE");
        commit = database.Prepare("COMMIT");
        rollback = database.Prepare("ROLLBACK");
        insertMessage = database.Prepare("""
            INSERT INTO message (id, arrived, size, sender, body, smtputf8, ret, envid, session, login, client, segment, offset,
              tls, octets)
            VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)
            """);
        insertRecipient = database.Prepare("""
            INSERT INTO recipient (message, idx, destination, state, next, address, accepted, notify, orcpt)
            VALUES (?,?,?,0,?,?,?,?,?)
            """);
        deleteRecipient = database.Prepare("DELETE FROM recipient WHERE message=? AND idx=?");
        stateOf = database.Prepare("SELECT state, destination, next FROM recipient WHERE message=? AND idx=?");
        findPlace = database.Prepare("SELECT size FROM message WHERE id=? AND segment=? AND offset=?");
        move = database.Prepare("UPDATE message SET segment=?, offset=? WHERE id=?");
        indicesOf = database.Prepare("SELECT idx FROM recipient WHERE message=?");
        defer = database.Prepare("""
            UPDATE recipient SET next=?, attempts=attempts+?, last_attempt=coalesce(?, last_attempt), delay_notified=max(delay_notified, ?),
              last_entry=?, last_code=?, last_status=?, last_text=?, last_host=?, last_address=?, last_stage=?
            WHERE message=? AND idx=?
            """);
        hasRecipients = database.Prepare("SELECT 1 FROM recipient WHERE message=? LIMIT 1");
        findMessage = database.Prepare("SELECT segment, size FROM message WHERE id=?");
        deleteMessage = database.Prepare("DELETE FROM message WHERE id=?");
        tally = database.Prepare("UPDATE tally SET messages=messages+?, recipients=recipients+?, held=held+?");
        hold = database.Prepare("UPDATE recipient SET state=1 WHERE message=? AND idx=? AND state=0");
        release = database.Prepare("UPDATE recipient SET state=0 WHERE message=? AND idx=? AND state=1");
        retry = database.Prepare("UPDATE recipient SET next=? WHERE message=? AND idx=? AND state=0 AND next>?");
    }

    public ReleaseTable Releases { get; }

    /// <param name="octets">What the transaction will add, roughly: decides whether small messages are kept in rows.</param>
    public void Begin(long octets)
    {
        inRows = octets <= options.InlineBatch;
        begin.Run();
    }

    /// <summary>Makes everything since <see cref="Begin"/> durable: bodies first, then the rows that point to them.</summary>
    public void Commit()
    {
        segments.Flush();
        segmentTally.Save(freed);
        if (messages != 0 || recipients != 0 || held != 0)
            tally.Add(messages).Add(recipients).Add(held).Run();
        options.Fault?.Invoke(CommitMoment.Before);
        commit.Run();
        options.Fault?.Invoke(CommitMoment.After);
        Forget();
    }

    /// <summary>Undoes everything since <see cref="Begin"/>. The database must be sound.</summary>
    public void Rollback()
    {
        if (database.InTransaction)
            rollback.Run();
        segments.Discard();
        segmentTally.Forget();
        destinations.Forget();
        freed.Clear();
        files.Clear();
        Forget();
    }

    /// <summary>Gives back room that the last commit freed.</summary>
    /// <returns>Own files to be removed.</returns>
    public IReadOnlyList<(long Generation, long Id)> Reclaim()
    {
        // Each is given back once, also when one of them cannot be: what is left is cleared away by the next start.
        long[] empty = [.. freed];
        freed.Clear();
        foreach (long segment in empty)
            segments.Free(segment);
        if (files.Count == 0)
            return [];
        var removable = files.ToArray();
        files.Clear();
        return removable;
    }

    public void Insert(NewMessage message)
    {
        long segment = message.Generation;
        // Where no offset is needed its column has the checksum.
        long offset = message.Sum;
        var inline = message.Inline;
        if (inRows && message.Size <= options.InlineLimit && !message.Record.IsEmpty)
        {
            inline = message.Record[BodyRecord.HeaderLength..];
            offset = BodySum.OfRecord(message.Record.Span);
        }
        else if (!message.Record.IsEmpty)
        {
            message.Place = segments.Add(message.Record);
            (segment, offset) = (message.Place.Segment, message.Place.Offset);
            segmentTally.Add(segment, message.Id, message.Size);
        }

        var envelope = message.Envelope;
        insertMessage.Add(message.Id).Add(Milliseconds(message.Arrived)).Add(message.Size).Add(envelope.Sender?.ToString())
            .Add((long)envelope.Body).Add(envelope.SmtpUtf8 ? 1 : 0).Add((long)envelope.Return).Add(envelope.EnvelopeId)
            .Add(message.Session).Add(message.User).Add(message.ClientAddress).Add(segment).Add(offset)
            .Add((long)envelope.Tls);
        if (inline.IsEmpty)
            insertMessage.AddNull();
        else
            insertMessage.Add(inline.Span);
        insertMessage.Run();

        foreach (var part in message.Parts)
            InsertRecipients(message.Id, part.Recipients);
        messages++;
        recipients += message.Recipients;
    }

    private void InsertRecipients(long message, IReadOnlyList<QueuedRecipient> queued)
    {
        long destination = destinations.Expect(queued[0].Destination.ToString(), Milliseconds(queued[0].NextAttempt));
        foreach (var recipient in queued)
        {
            insertRecipient.Add(message).Add(recipient.Index).Add(destination).Add(Milliseconds(recipient.NextAttempt))
                .Add(recipient.Address.ToString())
                .Add(ReferenceEquals(recipient.Accepted, recipient.Address) ? null : recipient.Accepted.ToString())
                .Add((long)recipient.Notify).Add(recipient.OriginalRecipient).Run();
        }
    }

    /// <summary>Deferred: stays with its new time and last reply. A recipient that is gone stays gone.</summary>
    public void Defer(long message, DeliveryOutcome settlement, DateTimeOffset now)
    {
        var last = settlement.Last;
        defer.Add(Milliseconds(settlement.NextAttempt)).Add(settlement.IsAttempt ? 1 : 0)
            .Add(settlement.IsAttempt ? Milliseconds(now) : (long?)null).Add(settlement.DelayNotified ? 1 : 0)
            .Add(last?.EntryId).Add(last?.Code).Add(last?.Status).Add(last?.Text).Add(last?.Host).Add(last?.Address).Add(last?.Stage.Name())
            .Add(message).Add(settlement.Index).Run();
    }

    /// <summary>Takes a recipient out, and the message with its last one.</summary>
    /// <returns>Whether it was there.</returns>
    public bool Remove(long message, int index)
    {
        bool wasHeld = stateOf.Add(message).Add(index).Step() && stateOf.Long(0) == 1;
        stateOf.Reset();
        if (deleteRecipient.Add(message).Add(index).Run() == 0)
            return false;

        recipients--;
        if (wasHeld)
            held--;
        if (!Any(hasRecipients.Add(message)))
            RemoveMessage(message);
        return true;
    }

    /// <summary>Takes out a message with all its recipients; nothing if it is not there.</summary>
    public void RemoveWhole(long message)
    {
        var indices = new List<int>();
        indicesOf.Add(message);
        while (indicesOf.Step())
            indices.Add(indicesOf.Int(0));

        foreach (int index in indices)
            Remove(message, index);
        Releases.Undo(message);
    }

    /// <summary>Writes a message's record to the current segment and points its row there, if it still is where it was.</summary>
    public void Move(long message, long fromSegment, long fromOffset, ReadOnlyMemory<byte> record)
    {
        if (!findPlace.Add(message).Add(fromSegment).Add(fromOffset).Step())
            return;
        long size = findPlace.Long(0);
        findPlace.Reset();
        var place = segments.Add(record);
        move.Add(place.Segment).Add(place.Offset).Add(message).Run();
        segmentTally.Add(place.Segment, message, size);
        segmentTally.Remove(fromSegment, size);
    }

    private void RemoveMessage(long message)
    {
        if (!findMessage.Add(message).Step())
            return;
        long segment = findMessage.Long(0), size = findMessage.Long(1);
        findMessage.Reset();
        deleteMessage.Add(message).Run();
        messages--;
        if (segment > 0)
            segmentTally.Remove(segment, size);
        else if (segment < 0)
            files.Add((-segment, message));
    }

    public bool Hold(long message, int index)
    {
        if (hold.Add(message).Add(index).Run() == 0)
            return false;
        held++;
        return true;
    }

    public bool Release(long message, int index)
    {
        if (release.Add(message).Add(index).Run() == 0)
            return false;
        held--;
        ExpectAgain(message, index);
        return true;
    }

    /// <summary>Makes a queued recipient due at a time, where it would be later.</summary>
    public bool Retry(long message, int index, DateTimeOffset now)
    {
        long due = Milliseconds(now);
        if (retry.Add(due).Add(message).Add(index).Add(due).Run() == 0)
            return false;
        ExpectAgain(message, index);
        return true;
    }

    /// <summary>Makes due what waits longer than any wait may be: the clock was ahead when that was set.</summary>
    public void LimitWaits(DateTimeOffset now, DateTimeOffset latest)
    {
        string due = Milliseconds(now).ToString(CultureInfo.InvariantCulture);
        string late = Milliseconds(latest).ToString(CultureInfo.InvariantCulture);
        // By destination, so that the index finds them: a start must not read a row of every message.
        database.Run(
            $"UPDATE recipient SET next={due} WHERE destination IN (SELECT id FROM destination) AND state=0 AND next>{late}");
        database.Run($"UPDATE destination SET earliest={due} WHERE earliest>{late}");
        destinations.Forget();
    }

    private void ExpectAgain(long message, int index)
    {
        if (!stateOf.Add(message).Add(index).Step())
            return;
        long destination = stateOf.Long(1), next = stateOf.Long(2);
        stateOf.Reset();
        destinations.Expect(destination, next);
    }

    /// <summary>Puts a destination's time right, or removes the destination if no recipient goes there any more.</summary>
    public void Correct(long destination) => destinations.Correct(destination);

    private static bool Any(Statement statement)
    {
        bool any = statement.Step();
        if (any)
            statement.Reset();
        return any;
    }

    private void Forget() => messages = recipients = held = 0;

    public static long Milliseconds(DateTimeOffset time) => time.ToUnixTimeMilliseconds();

    /// <summary>Copies the log into the database first: what is in one file only cannot lose half of it.</summary>
    public void Dispose()
    {
        segments.Dispose();
        database.Number("PRAGMA wal_checkpoint(TRUNCATE)");
        database.Dispose();
    }

    /// <summary>Leaves file and log as they are.</summary>
    public void Abandon()
    {
        segments.Abandon();
        database.CloseWithoutCheckpoint();
        database.Dispose();
    }
}
