using System.Buffers;
using System.IO.Pipelines;
using Gatepost.Smtp.Server;

namespace Gatepost.Tests.Smtp;

/// <summary>
/// A connection in memory. <see cref="Client"/> is the other end; the server sees at most <see cref="MaxRead"/> octets at a time.
/// </summary>
public sealed class MemoryTransport : Transport
{
    private readonly Pipe toServer = new(new PipeOptions(pauseWriterThreshold: 0, useSynchronizationContext: false));
    private readonly Pipe toClient;

    /// <param name="clientBuffer">Octets of replies that fit before the server has to wait for the client to read; 0 for any
    /// number.</param>
    public MemoryTransport(int maxRead = int.MaxValue, int clientBuffer = 0)
    {
        MaxRead = maxRead;
        toClient = new Pipe(
            new PipeOptions(pauseWriterThreshold: clientBuffer, resumeWriterThreshold: Math.Max(clientBuffer / 2, 1),
                useSynchronizationContext: false));
        Stream = new End(toServer.Reader, toClient.Writer, () => MaxRead);
        Client = new End(toClient.Reader, toServer.Writer, () => int.MaxValue);
    }

    public int MaxRead { get; }

    public override Stream Stream { get; }

    public Stream Client { get; }

    /// <summary>Whether the server cut the connection instead of closing it in order.</summary>
    public bool WasAborted { get; private set; }

    /// <summary>The client says no more; it still listens.</summary>
    public void HangUp() => toServer.Writer.Complete();

    public override int Peek(Span<byte> octets)
    {
        if (!toServer.Reader.TryRead(out var result))
            return 0;
        int count = (int)Math.Min(octets.Length, result.Buffer.Length);
        result.Buffer.Slice(0, count).CopyTo(octets);
        toServer.Reader.AdvanceTo(result.Buffer.Start);
        return count;
    }

    public override void StopReading() => toServer.Reader.CancelPendingRead();

    public override void Abort()
    {
        WasAborted = true;
        toServer.Reader.CancelPendingRead();
        toClient.Writer.CancelPendingFlush();
        ((End)Stream).Break();
    }

    public override ValueTask DisposeAsync()
    {
        toServer.Reader.Complete();
        toClient.Writer.Complete();
        return ValueTask.CompletedTask;
    }

    private sealed class End(PipeReader reader, PipeWriter writer, Func<int> maxRead) : Stream
    {
        private bool stopped;
        private bool broken;

        public override bool CanRead => true;

        public override bool CanWrite => true;

        public override bool CanSeek => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public void Break() => broken = true;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Check();
            if (stopped)
                return 0;
            var result = await reader.ReadAsync(cancellationToken);
            Check();
            if (result.IsCanceled)
            {
                stopped = true;
                reader.AdvanceTo(result.Buffer.Start);
                return 0;
            }

            int count = (int)Math.Min(Math.Min(buffer.Length, maxRead()), result.Buffer.Length);
            var taken = result.Buffer.Slice(0, count);
            int at = 0;
            foreach (var segment in taken)
            {
                segment.CopyTo(buffer[at..]);
                at += segment.Length;
            }

            reader.AdvanceTo(taken.End);
            return count;
        }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Check();
            await writer.WriteAsync(buffer, cancellationToken);
            Check();
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        private void Check()
        {
            if (broken)
                throw new IOException("the connection was cut");
        }
    }
}
