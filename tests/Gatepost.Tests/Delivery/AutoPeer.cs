using System.Text;

namespace Gatepost.Tests.Delivery;

/// <summary>
/// A server that takes everything, unless <see cref="Says"/> has another answer to a line. Knows PIPELINING; keeps what it got.
/// </summary>
internal sealed class AutoPeer(Func<string, string?>? says = null) : Stream
{
    private readonly SemaphoreSlim ready = new(0);
    private readonly Lock door = new();
    private readonly StringBuilder inbox = new();
    private readonly Queue<byte> outbox = new(Encoding.ASCII.GetBytes("220 auto\r\n"));
    private bool inData;
    private bool closed;

    public List<string> Lines { get; } = [];

    public List<string> Bodies { get; } = [];

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            lock (door)
            {
                int count = 0;
                while (count < buffer.Length && outbox.TryDequeue(out byte octet))
                    buffer.Span[count++] = octet;
                if (count > 0 || closed)
                    return count;
            }

            await ready.WaitAsync(cancellationToken);
        }
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        lock (door)
        {
            if (closed)
                throw new IOException("closed");
            inbox.Append(Encoding.Latin1.GetString(buffer.Span));
            while (Step())
            {
            }
        }

        ready.Release();
        return ValueTask.CompletedTask;
    }

    private bool Step()
    {
        // An empty message is a dot alone.
        if (inData && inbox.Length >= 3 && inbox.ToString(0, 3) == ".\r\n")
            inbox.Insert(0, "\r\n");
        string text = inbox.ToString();
        int end = inData ? text.IndexOf("\r\n.\r\n", StringComparison.Ordinal) : text.IndexOf("\r\n", StringComparison.Ordinal);
        if (end < 0)
            return false;
        string piece = text[..end];
        inbox.Remove(0, end + (inData ? 5 : 2));
        if (inData)
            Bodies.Add(piece + "\r\n");
        else
            Lines.Add(piece);
        string verb = inData ? "." : piece.Split(' ')[0];
        inData = false;
        string answer = says?.Invoke(verb == "." ? "." : piece) ?? verb switch
        {
            "EHLO" or "LHLO" => "250-auto\r\n250 PIPELINING",
            "DATA" => "354 go",
            "QUIT" => "221 bye",
            "." => "250 2.0.0 queued",
            _ => "250 2.0.0 ok",
        };
        inData = verb == "DATA" && answer.StartsWith("354", StringComparison.Ordinal);
        foreach (byte octet in Encoding.UTF8.GetBytes(answer + "\r\n"))
            outbox.Enqueue(octet);
        if (answer.StartsWith("421", StringComparison.Ordinal) || verb == "QUIT")
            closed = true;
        return true;
    }

    protected override void Dispose(bool disposing) => closed = true;

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
