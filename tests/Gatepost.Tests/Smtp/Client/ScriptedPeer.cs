using System.Net;
using System.Net.Sockets;
using System.Text;
using Gatepost.Smtp.Client;

namespace Gatepost.Tests.Smtp.Client;

/// <summary>
/// A server that plays a script over memory: <c>S: line</c> is said, <c>C: line</c> must have come, <c>C: *</c> takes any line, <c>DATA</c>
/// takes octets up to the final dot, <c>BDAT n</c> takes n octets, <c>CLOSE</c>, <c>DIE</c> (connection reset) and <c>SILENCE</c> speak for
/// themselves.
/// </summary>
internal sealed class ScriptedStream(string script) : Stream
{
    private readonly Queue<string> steps = new(
        script.ReplaceLineEndings("\n").Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0));
    private readonly MemoryStream inbox = new();
    private readonly Queue<byte> outbox = new();
    private long taken;

    public List<string> Bodies { get; } = [];

    public List<string> Differences { get; } = [];

    public List<string> Lines { get; } = [];

    /// <summary>Writes the client made.</summary>
    public int Writes { get; private set; }

    public bool Closed { get; private set; }

    public bool PlayedToTheEnd => steps.Count == 0;

    /// <summary>Gives out one octet at a read.</summary>
    public bool Drip { get; init; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (outbox.Count == 0 && await PlayAsync(cancellationToken))
            return 0;
        int count = 0;
        while (count < buffer.Length && outbox.TryDequeue(out byte octet))
        {
            buffer.Span[count++] = octet;
            if (Drip)
                break;
        }

        return count;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (Closed)
            throw new IOException("write after close");
        if (steps.TryPeek(out string? step) && step == "DIE" && inbox.Length == taken)
            throw new IOException("connection reset");
        Writes++;
        inbox.Position = inbox.Length;
        inbox.Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    /// <summary>Goes on until there is something to read; true at the end of the stream.</summary>
    private async Task<bool> PlayAsync(CancellationToken cancel)
    {
        while (steps.TryPeek(out string? step))
        {
            if (step.StartsWith("C: ", StringComparison.Ordinal))
            {
                if (TakeLine() is not { } line)
                    break;
                Lines.Add(line);
                if (step != "C: *" && step[3..] != line)
                    Differences.Add($"expected \"{step[3..]}\", heard \"{line}\"");
            }
            else if (step == "DATA")
            {
                if (TakeUntil("\r\n.\r\n"u8) is not { } body)
                    break;
                Bodies.Add(body);
            }
            else if (step.StartsWith("BDAT ", StringComparison.Ordinal))
            {
                if (Take(int.Parse(step[5..])) is not { } body)
                    break;
                Bodies.Add(body);
            }
            else if (step == "CLOSE")
            {
                return true;
            }
            else if (step == "DIE")
            {
                throw new IOException("connection reset");
            }
            else if (step == "SILENCE")
            {
                await Task.Delay(Timeout.Infinite, cancel);
            }
            else if (step.StartsWith("RAW ", StringComparison.Ordinal))
            {
                Say(step[4..].Replace("\\r", "\r").Replace("\\n", "\n").Replace("\\0", "\0").Replace("\\e", "\u001b"));
            }
            else if (step.StartsWith("S: ", StringComparison.Ordinal))
            {
                Say(step[3..] + "\r\n");
            }
            else
            {
                throw new FormatException($"script: {step}");
            }

            steps.Dequeue();
            if (outbox.Count > 0)
                return false;
        }

        if (steps.Count > 0)
        {
            // Nothing more will come: the client waits for what the script does not say.
            await Task.Delay(Timeout.Infinite, cancel);
        }

        return true;
    }

    private void Say(string text)
    {
        foreach (byte octet in Encoding.Latin1.GetBytes(text))
            outbox.Enqueue(octet);
    }

    private ReadOnlySpan<byte> Rest => inbox.GetBuffer().AsSpan((int)taken, (int)(inbox.Length - taken));

    private string? TakeLine()
    {
        int end = Rest.IndexOf("\r\n"u8);
        if (end < 0)
            return null;
        string line = Encoding.UTF8.GetString(Rest[..end]);
        taken += end + 2;
        return line;
    }

    private string? TakeUntil(ReadOnlySpan<byte> mark)
    {
        if (Rest.StartsWith(mark[2..]))
            return Take(3);
        int end = Rest.IndexOf(mark);
        return end < 0 ? null : Take(end + mark.Length);
    }

    private string? Take(int count)
    {
        if (Rest.Length < count)
            return null;
        string text = Encoding.Latin1.GetString(Rest[..count]);
        taken += count;
        return text;
    }

    protected override void Dispose(bool disposing) => Closed = true;

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}

/// <summary>Gives out one scripted stream after the other; a <see cref="SocketError"/> in their place refuses the connection.</summary>
internal sealed class ScriptedConnector : IConnector
{
    private readonly Queue<object> next = new();
    private readonly Lock door = new();

    public List<EndPoint> Asked { get; } = [];

    /// <summary>The address to speak from that was asked for, for each of them.</summary>
    public List<IPAddress?> Sources { get; } = [];

    public ScriptedConnector Then(string script) => Then(new ScriptedStream(script));

    public ScriptedConnector Then(Stream stream)
    {
        next.Enqueue(stream);
        return this;
    }

    public ScriptedConnector Then(SocketError error)
    {
        next.Enqueue(error);
        return this;
    }

    /// <summary>Never answers the connect.</summary>
    public ScriptedConnector ThenSilence()
    {
        next.Enqueue("silence");
        return this;
    }

    /// <summary>What is given where nothing is left; null is an error of the test.</summary>
    public Func<EndPoint, object>? Otherwise { get; init; }

    public async ValueTask<Stream> ConnectAsync(EndPoint endPoint, IPAddress? source, CancellationToken cancel)
    {
        object given;
        lock (door)
        {
            Asked.Add(endPoint);
            Sources.Add(source);
            if (!next.TryDequeue(out given!))
                given = Otherwise?.Invoke(endPoint) ?? throw new InvalidOperationException("one connection more than the test expects");
        }

        if (given is "silence")
            await Task.Delay(Timeout.Infinite, cancel);
        return given is SocketError error ? throw new SocketException((int)error) : (Stream)given;
    }
}
