using System.Runtime.CompilerServices;

namespace Gatepost.Smtp.Server;

/// <summary>What a connection is waiting for.</summary>
internal enum Phase
{
    /// <summary>Working; nothing to interrupt.</summary>
    Busy,

    /// <summary>Nothing is in progress: a stopping server may end it here.</summary>
    AwaitingCommand,

    AwaitingData,

    /// <summary>A gatekeeper, an authenticator or the store is at work.</summary>
    Judging,

    Writing,

    Handshaking,

    /// <summary>The deadline has passed; the pending operation was cancelled.</summary>
    TimedOut,

    /// <summary>The server is stopping.</summary>
    Stopped,
}

/// <summary>The time limits of one connection: one phase, one deadline, and who interrupted.</summary>
/// <remarks>
/// The connection sets phase and deadline before it waits; <see cref="SessionTimeouts"/> looks at all connections once a second
/// and interrupts those that are late. No timer for each read.
/// </remarks>
internal sealed class Deadlines(SessionTimeouts clock, Transport transport, TimeSpan writeTimeout) : IDisposable
{
    private CancellationTokenSource? cancel;
    private volatile Phase phase;
    private volatile bool stopping;
    private volatile bool wasCut;
    private long deadline;
    private long stressDeadline;
    private long since;

    /// <summary>Milliseconds, as of the last sweep.</summary>
    public long Now => clock.Now;

    /// <summary>
    /// What ended the last read early: <see cref="Phase.TimedOut"/>, <see cref="Phase.Stopped"/>, or nothing yet
    /// (<see cref="Phase.Busy"/>).
    /// </summary>
    public Phase Interruption { get; private set; }

    /// <summary>Whether the connection was cut because a handshake or a write took too long.</summary>
    public bool WasCut => wasCut;

    /// <summary>Whether the last read was ended early because most connections were taken.</summary>
    public bool WasHurried { get; private set; }

    /// <summary>Seconds since the last read began.</summary>
    public long Waited => (clock.Now - since) / 1000;

    public bool IsBusy => phase == Phase.Busy;

    /// <summary>Cancelled when a judgement takes too long or the server stops waiting. Created when first needed.</summary>
    public CancellationToken Token => (cancel ??= new CancellationTokenSource()).Token;

    /// <summary>The deadline that far from now.</summary>
    public long In(TimeSpan timeout) => clock.Now + (long)timeout.TotalMilliseconds;

    /// <summary>Called once a second, from another thread: ends what has taken too long.</summary>
    /// <param name="now">Milliseconds, as of this sweep.</param>
    /// <param name="stressed">Whether most connections are taken.</param>
    public void Sweep(long now, bool stressed)
    {
        var was = phase;
        if (was == Phase.Busy || now < Volatile.Read(ref stressed ? ref stressDeadline : ref deadline))
            return;

        bool waiting = was is Phase.AwaitingCommand or Phase.AwaitingData or Phase.Judging;
        if (!waiting)
        {
            wasCut = true;
            transport.Abort();
        }
        else if (Interlocked.CompareExchange(ref phase, Phase.TimedOut, was) == was)
        {
            WasHurried = now < Volatile.Read(ref deadline);
            SetEnd(In(writeTimeout));
            if (was == Phase.Judging)
                CancelJudgement();
            else
                transport.StopReading();
        }
    }

    /// <summary>Called from another thread when the server stops: an idle client gets 421 now, the others after their reply.</summary>
    public void Stop()
    {
        stopping = true;
        if (Interlocked.CompareExchange(ref phase, Phase.Stopped, Phase.AwaitingCommand) == Phase.AwaitingCommand)
        {
            SetEnd(In(writeTimeout));
            transport.StopReading();
        }
    }

    /// <summary>Called from another thread when the grace period is over.</summary>
    public void Abort()
    {
        CancelJudgement();
        transport.Abort();
    }

    /// <summary>Whether a read for this purpose may be taken immediately, without a wait that could be interrupted.</summary>
    public bool MayTake(Phase purpose) => !(purpose == Phase.AwaitingCommand && stopping);

    /// <summary>Waits for a read.</summary>
    /// <param name="reading">The read.</param>
    /// <param name="purpose">What it is for.</param>
    /// <param name="until">The deadline, as <see cref="In"/> gives it.</param>
    /// <returns>Octets read, 0 at the end of the stream; -1 if interrupted (<see cref="Interruption"/> says by what).</returns>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<int> WaitAsync(ValueTask<int> reading, Phase purpose, WaitEnd until)
    {
        since = clock.Now;
        SetEnd(until);
        Interlocked.Exchange(ref phase, purpose);
        // Stop() may have looked at the phase just before it was set.
        if (stopping)
            Stop();
        int count = await reading.ConfigureAwait(false);
        var was = Interlocked.CompareExchange(ref phase, Phase.Busy, purpose);
        if (was == purpose)
            return count;

        Interruption = was;
        phase = Phase.Busy;
        return -1;
    }

    /// <summary>Waits for an operation that, if it takes too long, ends the connection without a reply.</summary>
    public async ValueTask WithinAsync(Phase purpose, TimeSpan timeout, ValueTask operation)
    {
        SetEnd(In(timeout));
        phase = purpose;
        await operation.ConfigureAwait(false);
        phase = Phase.Busy;
    }

    /// <summary>Waits for an answer that a gatekeeper, an authenticator or the store is working on.</summary>
    /// <exception cref="TimeoutException">It took too long and was cancelled.</exception>
    public async ValueTask<Answer?> JudgeAsync(ValueTask<Answer?> judging, TimeSpan timeout)
    {
        try
        {
            SetEnd(In(timeout));
            phase = Phase.Judging;
            var answer = await judging.ConfigureAwait(false);
            // An answer that came just before it was cancelled is an answer; the next one gets a token of its own.
            if (Interlocked.Exchange(ref phase, Phase.Busy) == Phase.TimedOut)
                cancel = null;
            return answer;
        }
        catch (OperationCanceledException) when (phase == Phase.TimedOut)
        {
            phase = Phase.Busy;
            throw new TimeoutException("a judgement took too long");
        }
    }

    public void Dispose() => cancel?.Dispose();

    private void SetEnd(WaitEnd end)
    {
        Volatile.Write(ref deadline, end.Usual);
        Volatile.Write(ref stressDeadline, end.UnderStress);
    }

    private void CancelJudgement()
    {
        try
        {
            cancel?.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The connection has ended on its own.
        }
    }
}
