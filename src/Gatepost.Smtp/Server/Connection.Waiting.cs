using System.Runtime.CompilerServices;
using Gatepost.Replies;

namespace Gatepost.Smtp.Server;

/// <content>Reading, writing and judging under a deadline, and how the <see cref="SessionTimeouts"/> and the server's end interrupt them.</content>
internal sealed partial class Connection
{
    private static class Phase
    {
        /// <summary>Working; nothing to interrupt.</summary>
        public const int Busy = 0;

        /// <summary>Nothing is under way: a stopping server may end it here.</summary>
        public const int AwaitingCommand = 1;

        public const int AwaitingData = 2;

        /// <summary>A gatekeeper, an authenticator or the store is at work.</summary>
        public const int Judging = 3;

        public const int Writing = 4;

        public const int Handshaking = 5;

        /// <summary>The deadline passed; what was pending has been told to end.</summary>
        public const int TimedOut = 6;

        /// <summary>The server ends.</summary>
        public const int Stopped = 7;
    }

    private readonly TaskCompletionSource finished = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationTokenSource? cancel;
    private int phase;
    private int interruption;
    private long deadline;
    private bool stopping;
    private volatile bool wasCut;
    private bool judgementTimedOut;
    private bool lastReadWasFull;

    /// <summary>Completes when the connection has ended.</summary>
    public Task Finished => finished.Task;

    /// <summary>Cancelled when a judgement takes too long or the server gives up waiting. Made when first needed.</summary>
    private CancellationToken Cancel => (cancel ??= new CancellationTokenSource()).Token;

    private long In(TimeSpan timeout) => parts.Watch.Now + (long)timeout.TotalMilliseconds;

    /// <summary>Called once a second, from another thread: ends what has taken too long.</summary>
    public void Sweep(long now)
    {
        int was = Volatile.Read(ref phase);
        if (was == Phase.Busy || now < Volatile.Read(ref deadline))
            return;

        bool waiting = was is Phase.AwaitingCommand or Phase.AwaitingData or Phase.Judging;
        if (!waiting)
        {
            wasCut = true;
            transport.Abort();
        }
        else if (Interlocked.CompareExchange(ref phase, Phase.TimedOut, was) == was)
        {
            Volatile.Write(ref deadline, In(terms.Limits.WriteTimeout));
            if (was == Phase.Judging)
                CancelJudgement();
            else
                transport.StopReading();
        }
    }

    private void CancelJudgement()
    {
        try
        {
            cancel?.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The connection has ended by itself meanwhile.
        }
    }

    /// <summary>Called from another thread when the server ends: a client without business hears 421 now, the others after their reply.</summary>
    public void Stop()
    {
        Volatile.Write(ref stopping, true);
        if (Interlocked.CompareExchange(ref phase, Phase.Stopped, Phase.AwaitingCommand) == Phase.AwaitingCommand)
        {
            Volatile.Write(ref deadline, In(terms.Limits.WriteTimeout));
            transport.StopReading();
        }
    }

    /// <summary>Called from another thread when the grace is over.</summary>
    public void Abort()
    {
        CancelJudgement();
        transport.Abort();
    }

    /// <summary>Reads something into the input.</summary>
    /// <param name="waiting">What for.</param>
    /// <param name="until">The deadline, as <see cref="In"/> gives it.</param>
    /// <param name="room">Size of the buffer.</param>
    /// <param name="letGo">Whether to wait without a buffer: what is rarely worth a system call for a client that is about to send.</param>
    /// <returns>False at the end of the stream, or if interrupted (<see cref="interruption"/> says by what).</returns>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> FillAsync(int waiting, long until, int room, bool letGo)
    {
        if (letGo && input.IsEmpty)
        {
            input.Release();
            if (!await WaitAsync(stream.ReadAsync(Memory<byte>.Empty), waiting, until).ConfigureAwait(false))
                return false;
        }

        var free = input.Room(room);
        var reading = stream.ReadAsync(free);
        if (!await WaitAsync(reading, waiting, until).ConfigureAwait(false))
            return false;
        if (lastCount == 0)
        {
            ending = "closed by the client";
            return false;
        }

        lastReadWasFull = lastCount == free.Length;
        input.Filled(lastCount);
        octetsIn += lastCount;
        return true;
    }

    private int lastCount;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> WaitAsync(ValueTask<int> reading, int waiting, long until)
    {
        if (reading.IsCompletedSuccessfully && !(waiting == Phase.AwaitingCommand && Volatile.Read(ref stopping)))
        {
            lastCount = reading.Result;
            return true;
        }

        inARow = 0;
        Volatile.Write(ref deadline, until);
        Interlocked.Exchange(ref phase, waiting);
        // Stop() may have looked at the phase just before it was set.
        if (Volatile.Read(ref stopping))
            Stop();
        lastCount = await reading.ConfigureAwait(false);
        int was = Interlocked.CompareExchange(ref phase, Phase.Busy, waiting);
        if (was == waiting)
            return true;

        interruption = was;
        Volatile.Write(ref phase, Phase.Busy);
        return false;
    }

    private async ValueTask FlushAsync()
    {
        if (output.IsEmpty)
            return;

        var writing = stream.WriteAsync(output.Written);
        if (writing.IsCompletedSuccessfully)
            writing.GetAwaiter().GetResult();
        else
            await InPhaseAsync(Phase.Writing, terms.Limits.WriteTimeout, writing).ConfigureAwait(false);
        octetsOut += output.Length;
        output.Clear();
    }

    /// <summary>Does something that, when it takes too long, ends the connection without a word.</summary>
    private async ValueTask InPhaseAsync(int during, TimeSpan timeout, ValueTask doing)
    {
        Volatile.Write(ref deadline, In(timeout));
        Volatile.Write(ref phase, during);
        await doing.ConfigureAwait(false);
        Volatile.Write(ref phase, Phase.Busy);
    }

    /// <summary>Waits for a judgement; if it takes too long the client hears 421 and the connection ends.</summary>
    private ValueTask<Reply?> JudgedAsync(ValueTask<Reply?> judging) =>
        judging.IsCompletedSuccessfully ? judging : JudgedSlowlyAsync(judging);

    private async ValueTask<Reply?> JudgedSlowlyAsync(ValueTask<Reply?> judging)
    {
        try
        {
            Volatile.Write(ref deadline, In(terms.Limits.JudgementTimeout));
            Volatile.Write(ref phase, Phase.Judging);
            var reply = await judging.ConfigureAwait(false);
            // A judgement that came in just before it was cut off is a judgement; the next one gets a token of its own.
            if (Interlocked.Exchange(ref phase, Phase.Busy) == Phase.TimedOut)
                cancel = null;
            return reply;
        }
        catch (OperationCanceledException) when (Volatile.Read(ref phase) == Phase.TimedOut)
        {
            Volatile.Write(ref phase, Phase.Busy);
            judgementTimedOut = true;
            Trouble("a judgement took too long");
            return dialogue.Leave(OurReplies.JudgementTimeout);
        }
    }
}
