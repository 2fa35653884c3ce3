using System.Threading.Channels;
using Gatepost.Delivery.Queue;

namespace Gatepost.Storage.Queue;

/// <summary>
/// Hands new messages to delivery right after their commit, already leased. What does not fit stays in the queue and is found there.
/// </summary>
internal sealed class Arrivals(Leases leases, WakeSignal wake, int capacity)
{
    private readonly Channel<QueuedMessage> channel = Channel.CreateBounded<QueuedMessage>(
        new BoundedChannelOptions(capacity) { FullMode = BoundedChannelFullMode.Wait, SingleWriter = true });

    public ChannelReader<QueuedMessage> Reader => channel.Reader;

    /// <summary>Leases its recipients before the commit shows them to others.</summary>
    public void Prepare(NewMessage message)
    {
        foreach (var part in message.Parts)
            leases.Take(message.Id, part.Recipients, part.InMemory?.Length ?? 0);
    }

    public void Publish(NewMessage message)
    {
        foreach (var part in message.Parts)
        {
            if (channel.Writer.TryWrite(part))
                continue;
            leases.End(message.Id, part.Recipients);
            wake.Give();
        }
    }

    public void Withdraw(NewMessage message)
    {
        foreach (var part in message.Parts)
            leases.End(message.Id, part.Recipients);
    }

    public void Complete() => channel.Writer.TryComplete();
}
