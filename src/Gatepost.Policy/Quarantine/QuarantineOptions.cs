namespace Gatepost.Policy.Quarantine;

/// <summary>Which refused messages are kept for a person to look at, and how many of them.</summary>
public sealed record QuarantineOptions
{
    /// <summary>Rules whose refusals can leave a message here: those of filters and of DMARC.</summary>
    public static IReadOnlyList<string> Rules { get; } =
        ["virus-found", "spam-found", "bulk-found", "filter-refused", "filter-kept-back", "dmarc-failed",
        "dmarc-quarantined"];

    /// <summary>Rules about whole messages whose refusals leave a copy behind. The refusal stays one.</summary>
    public IReadOnlyList<string> Keep { get; init; } = [];

    /// <summary>Rules whose messages are taken (250) and go nowhere but here, until they are released or dropped.</summary>
    public IReadOnlyList<string> Accept { get; init; } = ["filter-kept-back", "dmarc-quarantined"];

    /// <summary>Octets of all messages together; beyond it the oldest refused ones go.</summary>
    public long MaxSize { get; init; } = 1L << 30;

    /// <summary>Octets of one message; larger ones are not kept.</summary>
    public long MaxMessage { get; init; } = 50L << 20;

    /// <summary>How long a message is kept.</summary>
    public TimeSpan MaxAge { get; init; } = TimeSpan.FromDays(30);

    /// <summary>What is wrong with these values together, in the administrator's words.</summary>
    public IEnumerable<string> Problems()
    {
        if (MaxMessage > MaxSize)
            yield return $"max-size is {MaxSize} octets, less than max-message ({MaxMessage}): write a max-size of at least max-message";
    }

    public bool Keeps(string rule) => Keep.Contains(rule) || Accept.Contains(rule);
}
