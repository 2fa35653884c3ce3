using System.Runtime.CompilerServices;
using Gatepost.Files;
using Gatepost.Policy.Quarantine;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Storage.Quarantine;

/// <summary>
/// Messages in quarantine, a file each below <c>quarantine/</c> of the data folder. Bounded by size, number and age; what goes for that
/// is reported and counted.
/// </summary>
public sealed class QuarantineStore : IQuarantine, IDisposable
{
    /// <summary>Whatever their size, no more messages than this.</summary>
    private const int MaxMessages = 100_000;

    /// <summary>Messages written together: quarantine must not take the disk from the queue.</summary>
    private const int MaxWriters = 2;

    private static readonly TimeSpan ShortWait = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongWait = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Rounds = TimeSpan.FromMinutes(10);

    private readonly string folder;
    private readonly TimeProvider time;
    private readonly Func<long, bool> hasRoom;
    private readonly SemaphoreSlim writers = new(MaxWriters);
    private readonly QuarantineIndex index = new();
    private readonly ITimer? rounds;
    private long maxAge = TimeSpan.MaxValue.Ticks;
    private long droppedForAge;
    private long droppedForRoom;

    private QuarantineStore(string folder, TimeProvider time, Func<long, bool> hasRoom, bool serving)
    {
        (this.folder, this.time, this.hasRoom) = (folder, time, hasRoom);
        if (serving && !System.IO.Directory.Exists(folder))
        {
            // Its own name on the disk before anything in it is promised.
            System.IO.Directory.CreateDirectory(folder);
            Disk.SyncFolder(Path.GetDirectoryName(folder)!);
        }

        foreach (string path in System.IO.Directory.Exists(folder) ? System.IO.Directory.EnumerateFiles(folder) : [])
        {
            if (QuarantineFile.Parse(Path.GetFileName(path)) is { } file)
                index.Add(file);
            else if (serving && path.EndsWith(QuarantineFile.Unfinished, StringComparison.Ordinal))
                File.Delete(path);
        }

        rounds = serving ? time.CreateTimer(_ => Expire(), null, Rounds, Rounds) : null;
    }

    /// <summary>Called when a message is removed for age or room, with the reason; may come from any thread.</summary>
    public event Action<string, Finding>? Dropped;

    public int Messages => index.Count;

    public long Octets => index.Octets;

    public long DroppedForAge => Interlocked.Read(ref droppedForAge);

    public long DroppedForRoom => Interlocked.Read(ref droppedForRoom);

    /// <param name="data">The data folder.</param>
    /// <param name="hasRoom">Whether the disk has room for so many octets beside what the queue needs.</param>
    /// <param name="serving">Whether messages will come in: the data folder is ours then.</param>
    public static QuarantineStore Open(string data, TimeProvider time, Func<long, bool> hasRoom, bool serving = true) =>
        new(Path.Combine(data, "quarantine"), time, hasRoom, serving);

    /// <summary>How long messages stay.</summary>
    public void Use(QuarantineOptions options)
    {
        Interlocked.Exchange(ref maxAge, options.MaxAge.Ticks);
        Expire();
    }

    public async ValueTask<QuarantineFailure?> StoreAsync(
        QuarantinedMessage message, IMessageDraft draft, QuarantineOptions options, CancellationToken cancel)
    {
        if (draft.Length > options.MaxMessage)
            return new QuarantineFailure(
                StoreOutcome.Full, ForGood: true, OurEvidence.MessageOverQuarantineLimit.Say(new Octets(draft.Length)));
        byte[] description = QuarantineFile.Describe(message);
        if (description.Length > QuarantineFile.LongestLine)
            return new QuarantineFailure(StoreOutcome.Full, ForGood: true, OurEvidence.EnvelopeTooLong.Say());
        var file = QuarantineFile.Of(message, description.Length + draft.Length);
        if (!hasRoom(file.Size))
            return new QuarantineFailure(StoreOutcome.Full, ForGood: false, OurEvidence.NoRoomBesideQueue.Say());

        // A flood of refused mail must not hold up its own refusals; what was promised a place may wait longer for it.
        if (!await writers.WaitAsync(message.WasTaken ? LongWait : ShortWait, cancel))
            return new QuarantineFailure(StoreOutcome.Broken, ForGood: false, OurEvidence.QuarantineBusy.Say());
        try
        {
            if (!MakeRoom(file.Size, options))
                return new QuarantineFailure(StoreOutcome.Full, ForGood: false,
                    OurEvidence.QuarantineFullOfAccepted.Say());
            System.IO.Directory.CreateDirectory(folder);
            await QuarantineFile.WriteAsync(folder, file.Name, description, draft, cancel);
            index.Add(file);
            return null;
        }
        catch (Exception failure) when (Disk.IsFailure(failure))
        {
            return new QuarantineFailure(
                Disk.IsFull(failure) ? StoreOutcome.Full : StoreOutcome.Broken, ForGood: false, OurEvidence.Quoted.Say(failure.Message));
        }
        finally
        {
            writers.Release();
        }
    }

    /// <summary>Newest first. Files that cannot be read are left out.</summary>
    public async IAsyncEnumerable<QuarantinedMessage> ListAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        foreach (var file in index.NewestFirst())
        {
            if (await TryOpenAsync(file, cancel) is not { } found)
                continue;
            await found.Octets.DisposeAsync();
            yield return found.Message;
        }
    }

    /// <summary>
    /// One message by queue id or verdict id; null if there is none. Opens only its file. The caller disposes of the stream.
    /// </summary>
    public async Task<(QuarantinedMessage Message, Stream Octets)?> OpenAsync(string id, CancellationToken cancel)
    {
        return (index.Find(id.ToUpperInvariant()) ?? index.FindVerdict(id)) is { } file ? await TryOpenAsync(file, cancel) : null;
    }

    /// <summary>Removes one message.</summary>
    /// <returns>False if there is none of that id.</returns>
    /// <exception cref="IOException">It cannot be removed.</exception>
    public bool Remove(string id)
    {
        return index.Find(id) is { } file && Remove(file);
    }

    public void Dispose()
    {
        rounds?.Dispose();
        writers.Dispose();
    }

    private bool Remove(QuarantineFile file)
    {
        File.Delete(Path.Combine(folder, file.Name));
        return index.Remove(file);
    }

    /// <summary>The oldest refused messages make room; what was taken goes only for its age, because it is nowhere else.</summary>
    private bool MakeRoom(long size, QuarantineOptions options)
    {
        while (true)
        {
            if (index.HasRoom(size, options.MaxSize, MaxMessages))
                return true;
            if (index.OldestRefused() is not { } oldest)
                return false;
            if (Remove(oldest))
            {
                Interlocked.Increment(ref droppedForRoom);
                Dropped?.Invoke(oldest.Id, OurEvidence.QuarantineFull.Say());
            }
        }
    }

    private void Expire()
    {
        while (true)
        {
            var limit = TimeSpan.FromTicks(Interlocked.Read(ref maxAge));
            if (index.Oldest() is not { } oldest || time.GetUtcNow() - oldest.At <= limit)
                return;
            try
            {
                if (Remove(oldest))
                {
                    Interlocked.Increment(ref droppedForAge);
                    Dropped?.Invoke(oldest.Id, OurEvidence.QuarantineOld.Say(limit));
                }
            }
            catch (Exception failure) when (Disk.IsFailure(failure))
            {
                Dropped?.Invoke(oldest.Id, OurEvidence.QuarantineStuck.Say(failure.Message));
                return;
            }
        }
    }

    private async Task<(QuarantinedMessage Message, Stream Octets)?> TryOpenAsync(QuarantineFile file, CancellationToken cancel)
    {
        try
        {
            return await QuarantineFile.OpenAsync(Path.Combine(folder, file.Name), cancel);
        }
        catch (Exception failure) when (Disk.IsFailure(failure))
        {
            return null;
        }
    }
}
