using Gatepost.Dns;
using Gatepost.Policy.Quotas;
using Gatepost.Policy.Reputation;

namespace Gatepost.Policy;

/// <summary>What the rules work with and what outlives a reload.</summary>
public sealed class Parts(IResolver dns, TimeProvider time)
{
    public IResolver Dns { get; } = dns;

    public TimeProvider Time { get; } = time;

    /// <summary>Where quotas are counted; in memory unless the store brings its own.</summary>
    public ICounters Counters { get; init; } = new SlidingCounters();

    public IMailboxSizes MailboxSizes { get; init; } = new MaildirSizes(time);

    public IGreylist Greylist { get; init; } = new MemoryGreylist();

    public TemporaryBlocks TemporaryBlocks { get; } = new();

    public Alarms Alarms { get; init; } = new(null, time);
}
