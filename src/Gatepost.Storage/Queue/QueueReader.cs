using Gatepost.Delivery.Queue;
using Gatepost.Replies;
using Gatepost.Smtp;
using Gatepost.Storage.Ids;
using Gatepost.Storage.Sqlite;

namespace Gatepost.Storage.Queue;

/// <summary>
/// One reading connection to <c>queue.db</c> with its statements. One thread at a time. Each question sees the latest commit.
/// </summary>
internal sealed class QueueReader(Database database, long epoch) : IDisposable
{
    private const string MessageColumns = "id, arrived, size, sender, body, smtputf8, ret, envid, session, login, client, tls";
    private const string RecipientColumns =
        "r.idx, r.state, r.next, r.address, r.accepted, r.notify, r.orcpt, r.attempts, r.last_attempt, r.delay_notified, r.last_entry, "
        + "r.last_code, r.last_status, r.last_text, r.last_host, r.last_address, r.last_stage, d.name";

    private static readonly long EarliestTime = DateTimeOffset.MinValue.ToUnixTimeMilliseconds();
    private static readonly long LatestTime = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    private readonly Statement dueDestinations = database.Prepare(
        "SELECT id, name, earliest FROM destination WHERE earliest<=? ORDER BY earliest");
    private readonly Statement nextDestination = database.Prepare("SELECT min(earliest) FROM destination WHERE earliest>?");
    private readonly Statement waitingFor = database.Prepare(
        "SELECT next, message, idx FROM recipient WHERE destination=? AND state=0 ORDER BY next");
    private readonly Statement dueFor = database.Prepare(
        "SELECT message, idx FROM recipient WHERE destination=? AND state=0 AND next<=? ORDER BY next, message, idx");
    private readonly Statement destination = database.Prepare("SELECT id FROM destination WHERE name=?");
    private readonly Statement message = database.Prepare($"SELECT {MessageColumns} FROM message WHERE id=?");
    private readonly Statement recipientsOf = database.Prepare(
        $"SELECT {RecipientColumns} FROM recipient r JOIN destination d ON d.id=r.destination WHERE r.message=? ORDER BY r.idx");
    private readonly Statement body = database.Prepare("SELECT size, segment, offset, octets FROM message WHERE id=?");
    private readonly Statement tally = database.Prepare("SELECT recipients, held, messages FROM tally");
    private readonly Statement sparse = database.Prepare(
        "SELECT number, first, last FROM segment WHERE octets<? AND number<(SELECT max(number) FROM segment) ORDER BY octets LIMIT 1000");
    private readonly Statement inSegment = database.Prepare(
        "SELECT id, offset, size FROM message WHERE id>? AND id<=? AND segment=? ORDER BY id LIMIT ?");
    private readonly Statement segmentOf = database.Prepare("SELECT segment FROM message WHERE id=?");

    /// <summary>Which opening of the store it belongs to; one of an earlier opening is thrown away.</summary>
    public long Epoch { get; } = epoch;

    public Database Database => database;

    /// <summary>Destinations with something to do, and those whose remembered time is too early.</summary>
    public DateTimeOffset? Due(DateTimeOffset now, int max, Leases leases, List<DueDestination> due, List<long> corrections)
    {
        long limit = QueueTransaction.Milliseconds(now), next = long.MaxValue;
        dueDestinations.Add(limit);
        while (due.Count < max && dueDestinations.Step())
        {
            long id = dueDestinations.Long(0);
            long? first = FirstFree(id, leases, out bool tooEarly, limit);
            if (tooEarly)
                corrections.Add(id);
            if (first <= limit && Destination.TryParse(dueDestinations.Text(1), out var parsed))
                due.Add(new DueDestination(parsed!, Time(first.Value)));
            else if (first > limit)
                next = Math.Min(next, first.Value);
        }

        dueDestinations.Reset();
        due.Sort((a, b) => a.Earliest.CompareTo(b.Earliest));
        nextDestination.Add(limit);
        if (nextDestination.Step() && nextDestination.LongOrNull(0) is { } later)
            next = Math.Min(next, later);
        nextDestination.Reset();
        return next == long.MaxValue ? null : Time(next);
    }

    /// <summary>When the first recipient that is neither leased nor held falls due.</summary>
    private long? FirstFree(long id, Leases leases, out bool tooEarly, long limit)
    {
        bool any = false;
        tooEarly = false;
        waitingFor.Add(id);
        while (waitingFor.Step())
        {
            long next = waitingFor.Long(0);
            if (!any)
                tooEarly = next > limit;
            any = true;
            if (leases.IsTaken(waitingFor.Long(1), waitingFor.Int(2)))
                continue;
            waitingFor.Reset();
            return next;
        }

        tooEarly |= !any;
        return null;
    }

    /// <summary>Leases what is due for one destination, messages in order of their first due recipient.</summary>
    public List<(long Message, List<int> Indices)> TakeDue(Destination wanted, DateTimeOffset now, int maxMessages, Leases leases)
    {
        var taken = new List<(long Message, List<int> Indices)>();
        if (!destination.Add(wanted.ToString()).Step())
            return taken;
        long id = destination.Long(0);
        destination.Reset();

        var known = new Dictionary<long, List<int>>();
        dueFor.Add(id).Add(QueueTransaction.Milliseconds(now));
        try
        {
            while (dueFor.Step())
            {
                long found = dueFor.Long(0);
                int index = dueFor.Int(1);
                bool isKnown = known.TryGetValue(found, out var indices);
                if (!isKnown && taken.Count == maxMessages)
                    break;
                if (!leases.TryTake(found, index))
                    continue;
                if (!isKnown)
                {
                    known[found] = indices = [];
                    taken.Add((found, indices));
                }

                indices!.Add(index);
            }
        }
        catch
        {
            foreach (var (found, indices) in taken)
                leases.End(found, indices);
            throw;
        }

        dueFor.Reset();
        return taken;
    }

    /// <summary>A message with those of its recipients that <paramref name="wanted"/> likes; null if the message is gone.</summary>
    /// <exception cref="UnreadableMessage">Its rows make no sense. The connection can be asked on.</exception>
    /// <exception cref="SqliteFailure">The database does not answer.</exception>
    public QueuedMessage? Read(long id, Predicate<QueuedRecipient> wanted)
    {
        try
        {
            return ReadRows(id, wanted);
        }
        catch (Exception e) when (e is FormatException or ArgumentException or (IOException and not SqliteFailure))
        {
            recipientsOf.Reset();
            message.Reset();
            throw new UnreadableMessage(id, e);
        }
    }

    private QueuedMessage? ReadRows(long id, Predicate<QueuedRecipient> wanted)
    {
        var recipients = new List<QueuedRecipient>();
        recipientsOf.Add(id);
        while (recipientsOf.Step())
        {
            var recipient = ReadRecipient(recipientsOf);
            if (wanted(recipient))
                recipients.Add(recipient);
        }

        if (!message.Add(id).Step())
            return null;
        var read = ReadMessage(message, recipients);
        message.Reset();
        return read;
    }

    /// <summary>Where the octets of a message are.</summary>
    public bool FindBody(long id, out long size, out long segment, out long offset, out byte[] octets)
    {
        size = segment = offset = 0;
        octets = [];
        if (!body.Add(id).Step())
            return false;
        size = body.Long(0);
        segment = body.Long(1);
        offset = body.Long(2);
        octets = body.Octets(3).ToArray();
        body.Reset();
        return true;
    }

    /// <summary>Whether a message owns the file of that generation.</summary>
    public bool OwnsFile(long generation, long id)
    {
        bool owns = segmentOf.Add(id).Step() && segmentOf.Long(0) == -generation;
        segmentOf.Reset();
        return owns;
    }

    public bool Has(long id)
    {
        bool has = segmentOf.Add(id).Step();
        segmentOf.Reset();
        return has;
    }

    /// <summary>Closed segments with fewer live octets, emptiest first; none if they are too few to be worth it.</summary>
    public List<SparseSegment> SparseSegments(long octets, int atLeast)
    {
        var found = new List<SparseSegment>();
        sparse.Add(octets);
        while (sparse.Step())
            found.Add(new SparseSegment(sparse.Long(0), sparse.Long(1), sparse.Long(2)));
        return found.Count < atLeast ? [] : found;
    }

    /// <summary>Messages in a segment, behind an id.</summary>
    public List<MovedBody> InSegment(SparseSegment segment, long after, int max)
    {
        var found = new List<MovedBody>();
        inSegment.Add(after).Add(segment.Last).Add(segment.Number).Add(max);
        while (inSegment.Step())
            found.Add(new MovedBody(inSegment.Long(0), inSegment.Long(1), inSegment.Long(2)));
        return found;
    }

    public (long Recipients, long Held, long Messages) Count()
    {
        tally.Step();
        var counts = (tally.Long(0), tally.Long(1), tally.Long(2));
        tally.Reset();
        return counts;
    }

    private static QueuedMessage ReadMessage(Statement row, IReadOnlyList<QueuedRecipient> recipients) => new()
    {
        QueueId = QueueIds.Write(row.Long(0)),
        Arrived = Time(row.Long(1)),
        Size = row.Long(2),
        Sender = row.TextOrNull(3) is { } sender ? Mailbox.Parse(sender) : null,
        Body = (BodyType)row.Int(4),
        SmtpUtf8 = row.Int(5) != 0,
        Return = (DsnReturn)row.Int(6),
        EnvelopeId = row.TextOrNull(7),
        Session = row.TextOrNull(8),
        User = row.TextOrNull(9),
        ClientAddress = row.TextOrNull(10),
        Tls = (TlsRequest)row.Int(11),
        Recipients = recipients,
    };

    private static QueuedRecipient ReadRecipient(Statement row)
    {
        var address = Mailbox.Parse(row.Text(3));
        return new QueuedRecipient
        {
            Index = row.Int(0),
            State = (RecipientState)row.Int(1),
            NextAttempt = Time(row.Long(2)),
            Address = address,
            Accepted = row.TextOrNull(4) is { } accepted ? Mailbox.Parse(accepted) : address,
            Notify = (DsnNotify)row.Int(5),
            OriginalRecipient = row.TextOrNull(6),
            Attempts = row.Int(7),
            LastAttempt = row.LongOrNull(8) is { } last ? Time(last) : null,
            DelayNotified = row.Int(9) != 0,
            Last = row.IsNull(10) ? null
                : new LastReply(row.Text(10), row.Int(11), row.TextOrNull(12), row.Text(13), row.TextOrNull(14), row.TextOrNull(15),
                    StageNames.Find(row.Text(16)) ?? Stage.Local),
            Destination = Destination.TryParse(row.Text(17), out var parsed) ? parsed!
                : throw new IOException($"\"{row.Text(17)}\" is no destination"),
        };
    }

    /// <summary>A number that is no time becomes the nearest one, so that one damaged row does not hide the others.</summary>
    private static DateTimeOffset Time(long milliseconds) =>
        DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(milliseconds, EarliestTime, LatestTime));

    public void Dispose() => database.Dispose();
}
