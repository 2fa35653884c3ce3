using System.Net;
using Gatepost.Smtp;

namespace Gatepost.Policy.Scanners;

/// <summary>A message as the body of an HTTP request, that can be stopped and waited for.</summary>
/// <param name="head">What we put above it, which belongs to the message.</param>
/// <param name="draft">The message.</param>
/// <remarks>
/// The HTTP client may still be sending when it has returned an answer or given up; the draft's buffer must outlive that.
/// </remarks>
internal sealed class DraftContent(ReadOnlyMemory<byte> head, IMessageDraft draft) : HttpContent
{
    private readonly Lock sync = new();
    private readonly CancellationTokenSource stop = new();
    private readonly List<Task> sendings = [];
    private readonly long length = head.Length + draft.Length;
    private bool stopped;

    /// <summary>Nothing reads the draft any more when this is done. Never throws.</summary>
    public async ValueTask StopAsync()
    {
        lock (sync)
            stopped = true;
        await stop.CancelAsync();
        await Task.WhenAll(sendings).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        // The client asks again where a kept connection turns out to be closed.
        lock (sync)
        {
            ObjectDisposedException.ThrowIf(stopped, this);
            var sending = SendAsync(stream, cancellationToken);
            sendings.Add(sending);
            return sending;
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = this.length;
        return true;
    }


    private async Task SendAsync(Stream stream, CancellationToken cancel)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, stop.Token);
        await stream.WriteAsync(head, either.Token);
        await using var octets = draft.OpenRead();
        await octets.CopyToAsync(stream, either.Token);
    }
}
