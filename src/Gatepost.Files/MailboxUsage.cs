namespace Gatepost.Files;

/// <summary>How full a mailbox is, what was accepted for it and is not delivered yet included.</summary>
/// <param name="Octets">Held and accepted.</param>
/// <param name="Messages">Held and accepted.</param>
/// <param name="MaxOctets">The limit the mailbox itself names (S of its <c>maildirsize</c>); null without one.</param>
/// <param name="MaxMessages">Likewise (C).</param>
/// <param name="Unchanged">Since when nothing came in or was deleted; null when that is not known.</param>
public sealed record MailboxState(long Octets, long Messages, long? MaxOctets, long? MaxMessages, DateTimeOffset? Unchanged)
{
    /// <summary>Whether one more message of that size fits.</summary>
    /// <param name="quota">Octets the directory grants; null without a limit.</param>
    public bool Fits(long octets, long? quota) =>
        octets <= Math.Min(quota ?? long.MaxValue, MaxOctets ?? long.MaxValue) - Octets && Messages < (MaxMessages ?? long.MaxValue);

    /// <summary>Whether there is no room for any message.</summary>
    /// <param name="quota">Octets the directory grants; null without a limit.</param>
    public bool IsFull(long? quota) =>
        Octets >= Math.Min(quota ?? long.MaxValue, MaxOctets ?? long.MaxValue) || Messages >= (MaxMessages ?? long.MaxValue);
}

/// <summary>The room in one Maildir, shared by what accepts mail and what delivers it, so that a burst cannot fill it beyond its
/// quota.</summary>
/// <remarks>
/// Held is what the <c>maildirsize</c> file says, read again whenever it changed. A mailbox that looks full is counted first, at most once
/// a
/// minute, because its owner may have tidied up with a program that keeps no such file. Accepted messages are reserved until they are
/// delivered.
/// Delivery, counting and reserving wait for each other.
/// </remarks>
public sealed class MailboxUsage(string path, TimeProvider time)
{
    /// <summary>A reservation that no attempt renews is dropped: its message was refused, removed or sent back.</summary>
    private static readonly TimeSpan UntilFirstAttempt = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan BetweenAttempts = TimeSpan.FromHours(1);

    /// <summary>Octets of a <c>maildirsize</c> file.</summary>
    private const int LongFile = 5120;

    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(15);

    private static readonly TimeSpan BetweenCounts = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim turn = new(1, 1);
    private readonly Dictionary<string, (long Octets, DateTimeOffset Until)> reserved = new(StringComparer.Ordinal);
    private MailboxState? counted;
    private long? countedAt;
    private bool isUnwritten;

    public MaildirFolder Folder { get; } = new(path);

    /// <summary>Whether nothing would be lost by forgetting this object.</summary>
    internal bool IsIdle => turn.CurrentCount == 1 && reserved.Count == 0;

    /// <summary>How full the mailbox is now.</summary>
    /// <param name="quota">Octets the directory grants; null without a limit, and then a mailbox without limits of its own is not
    /// counted.</param>
    /// <returns>Null when it cannot be learnt, or nothing limits it.</returns>
    public async ValueTask<MailboxState?> MeasureAsync(long? quota, CancellationToken cancel)
    {
        await turn.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            return await MeasureLockedAsync(quota, cancel).ConfigureAwait(false);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Reserves room for an accepted message until it is delivered, whether or not it fits: the caller decides by the state
    /// before.</summary>
    /// <param name="key">The queue id; the same message is reserved once.</param>
    /// <param name="accept">Whether to reserve, given the state before.</param>
    /// <returns>The state before; null when it cannot be learnt, and then nothing is reserved.</returns>
    public async ValueTask<MailboxState?> ReserveAsync(
        string key, long octets, long? quota, Func<MailboxState, bool> accept, CancellationToken cancel)
    {
        await turn.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            reserved.Remove(key);
            var state = await MeasureLockedAsync(quota, cancel).ConfigureAwait(false);
            if (state is not null && accept(state))
                reserved[key] = (octets, time.GetUtcNow() + UntilFirstAttempt);
            return state;
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Gives reserved room back: the message is not accepted after all.</summary>
    public void Release(string key)
    {
        turn.Wait();
        reserved.Remove(key);
        turn.Release();
    }

    /// <summary>Asks for room at delivery. A message that was reserved when it was accepted has it; another one is held to the mailbox's
    /// own limits.</summary>
    /// <param name="key">The queue id.</param>
    /// <returns>Null when there is room, which stays reserved for the next attempts; the state when there is none.</returns>
    public MailboxState? FindRoom(string key, long octets)
    {
        turn.Wait();
        try
        {
            if (!reserved.ContainsKey(key) && OwnLimits(octets) is { } full)
                return full;
            reserved[key] = (octets, time.GetUtcNow() + BetweenAttempts);
            return null;
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Puts a message into the mailbox and counts it, in one step for everybody who measures.</summary>
    /// <param name="move">Moves the complete file into the mailbox. What it throws leaves everything as it was.</param>
    public void Put(string key, long octets, Action move)
    {
        turn.Wait();
        try
        {
            move();
            reserved.Remove(key);
            Note(octets, 1);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Takes a message out again that could not be made durable.</summary>
    public void Undo(string key, long octets, Action delete)
    {
        turn.Wait();
        try
        {
            delete();
            reserved[key] = (octets, time.GetUtcNow() + BetweenAttempts);
            Note(-octets, -1);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>The state when the mailbox's own limits leave no room; null otherwise. A file that is long or old is not believed before a
    /// refusal.</summary>
    private MailboxState? OwnLimits(long octets)
    {
        if (Read() is not { } state || state is (_, _, null, null, _) || AddReserved(state).Fits(octets, null))
            return null;
        var file = new FileInfo(Folder.SizeFile);
        bool isStale = file.Exists && (file.Length > LongFile || time.GetUtcNow() - file.LastWriteTimeUtc > Grace);
        state = isStale ? Count(state) : state;
        return state is null || AddReserved(state).Fits(octets, null) ? null : AddReserved(state);
    }

    private async ValueTask<MailboxState?> MeasureLockedAsync(long? quota, CancellationToken cancel)
    {
        var state = Read();
        // A count that could not be written down holds for a minute.
        if (state is null && isUnwritten && !IsRested)
            state = counted;
        bool mustCount = state is null ? quota is not null || HasOwnLimits() : state.IsFull(quota) && IsRested;
        if (mustCount)
            state = await Task.Run(() => Count(state), cancel).ConfigureAwait(false);
        return state is null ? null : AddReserved(state);
    }

    private bool IsRested => countedAt is not { } last || time.GetElapsedTime(last) >= BetweenCounts;

    private MailboxState AddReserved(MailboxState state)
    {
        if (reserved.Count == 0)
            return state;
        var now = time.GetUtcNow();
        foreach (string key in reserved.Where(entry => entry.Value.Until < now).Select(entry => entry.Key).ToList())
            reserved.Remove(key);
        long octets = reserved.Values.Sum(entry => entry.Octets);
        return state with { Octets = state.Octets + octets, Messages = state.Messages + reserved.Count };
    }

    /// <summary>Null without a usable file.</summary>
    private MailboxState? Read()
    {
        try
        {
            return Folder.ReadSize() is { Octets: { } octets, Messages: { } messages } size
                ? new MailboxState(octets, messages, size.MaxOctets, size.MaxMessages, File.GetLastWriteTimeUtc(Folder.SizeFile))
                : null;
        }
        catch (Exception unreadable) when (Disk.IsFailure(unreadable))
        {
            return null;
        }
    }

    /// <summary>Whether there is a file that names limits, whatever else is wrong with it.</summary>
    private bool HasOwnLimits()
    {
        try
        {
            return Folder.ReadSize() is { MaxOctets: not null } or { MaxMessages: not null };
        }
        catch (Exception unreadable) when (Disk.IsFailure(unreadable))
        {
            return false;
        }
    }

    /// <summary>Adds up the messages and writes the file again, with the limits it had.</summary>
    /// <returns>What was known when the mailbox cannot be counted; empty when it does not exist yet.</returns>
    private MailboxState? Count(MailboxState? known)
    {
        countedAt = time.GetTimestamp();
        try
        {
            if (!Folder.Exists)
                return counted = new MailboxState(0, 0, null, null, null);
            var (octets, messages) = Folder.Count();
            var size = Folder.ReadSize() ?? MaildirSize.Parse([]);
            var unchanged = known?.Octets == octets ? known.Unchanged : null;
            counted = new MailboxState(octets, messages, size.MaxOctets, size.MaxMessages, unchanged);
            WriteCount(size.Definition, counted);
            return counted;
        }
        catch (Exception trouble) when (Disk.IsFailure(trouble))
        {
            return counted = known;
        }
    }

    /// <summary>If the file cannot be written, the count is still returned.</summary>
    private void WriteCount(string definition, MailboxState state)
    {
        isUnwritten = true;
        try
        {
            Folder.WriteSize(definition, state.Octets, state.Messages, state.Unchanged);
            isUnwritten = false;
        }
        catch (Exception trouble) when (Disk.IsFailure(trouble))
        {
            // Counted again in a minute.
        }
    }

    /// <summary>A failure of the file never stops mail: what could not be written is found when the messages are counted.</summary>
    private void Note(long octets, int messages)
    {
        if (counted is not null)
            counted = counted with { Octets = counted.Octets + octets, Messages = counted.Messages + messages };
        try
        {
            Folder.AppendSize(octets, messages);
        }
        catch (Exception failure) when (Disk.IsFailure(failure) || failure is NotSupportedException)
        {
            // As above.
        }
    }
}
