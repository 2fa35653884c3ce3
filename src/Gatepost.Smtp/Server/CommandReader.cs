using System.Runtime.CompilerServices;
using Gatepost.Smtp.Wire;

namespace Gatepost.Smtp.Server;

/// <summary>Reads the lines of one connection: commands and answers to SASL challenges.</summary>
internal sealed class CommandReader(ConnectionStream stream, Deadlines deadlines, TimeSpan timeout)
{
    /// <summary>Replies are sent once this many octets have gathered, even if the client pipelines on.</summary>
    private const int FlushAt = 4096;

    /// <summary>Octets of an over-long line we read before we give up.</summary>
    private const long MaxSkipped = 1024 * 1024;

    private static readonly Func<ReadOnlySpan<byte>, int> CommandLimit = LineSplitter.CommandLimit;
    private static readonly Func<ReadOnlySpan<byte>, int> SaslLimit = static _ => LineSplitter.SaslLimit;

    private LineSplitter lines;
    private bool begun;
    private int length;
    private int limit;

    /// <summary>The limit of the line that was too long, in octets with CRLF.</summary>
    public int Limit => limit;

    /// <summary>Whether an over-long line went on for so long that we stop reading it.</summary>
    public bool IsEndless => lines.Skipped > MaxSkipped;

    /// <summary>What the client spoke at first, where that was no SMTP: nothing it sent can be read.</summary>
    public SpokenAtFirst SpokenAtFirst { get; private set; }

    /// <summary>The complete line, without CRLF; valid until <see cref="Consume"/>.</summary>
    public ReadOnlySpan<byte> Line => stream.Input.Unread[..length];

    /// <summary>The line that ended with a bare LF.</summary>
    public ReadOnlySpan<byte> BrokenLine => stream.Input.Unread[..stream.Input.Unread.IndexOf((byte)'\n')];

    public void Consume() => stream.Input.Consume(length + 2);

    /// <summary>Waits for a line; replies are sent before the first wait.</summary>
    /// <param name="sasl">Whether it is an answer to a challenge, which has a limit of its own.</param>
    /// <param name="letGo">Whether to wait without a buffer.</param>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<LineKind> NextAsync(bool sasl, bool letGo)
    {
        var limitOf = sasl ? SaslLimit : CommandLimit;
        WaitEnd end = default;
        while (true)
        {
            if (!begun && !stream.Input.IsEmpty)
            {
                SpokenAtFirst = FirstOctets.Of(stream.Input.Unread);
                begun = stream.Input.Length >= FirstOctets.Enough;
                if (SpokenAtFirst != SpokenAtFirst.Smtp)
                    return LineKind.NotSmtp;
            }

            var kind = lines.Next(stream.Input, limitOf, out length, out limit);
            if (kind != LineKind.Incomplete)
            {
                if (stream.Unsent >= FlushAt)
                    await stream.FlushAsync().ConfigureAwait(false);
                return kind;
            }

            if (IsEndless)
                return LineKind.TooLong;
            await stream.FlushAsync().ConfigureAwait(false);
            if (end.Usual == 0)
                end = new WaitEnd(deadlines.In(timeout), deadlines.In(Shorter(timeout, SessionLimits.StressedCommand)));
            // 4 KiB hold what most clients pipeline; a log-in may need more.
            int room = Math.Max(4096, stream.Input.IsEmpty ? 0 : limitOf(stream.Input.Unread));
            if (!await stream.FillAsync(Phase.AwaitingCommand, end, room, letGo).ConfigureAwait(false))
                return LineKind.Incomplete;
        }
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
