namespace Gatepost.Delivery.Queue;

/// <summary>Which recipients an administrator means. All set conditions must hold; none set means the whole queue.</summary>
public sealed record QueueFilter
{
    public string? QueueId { get; init; }

    /// <summary>Whole address or <c>@domain</c>; empty is the null sender.</summary>
    public string? Sender { get; init; }

    /// <summary>Whole address or <c>@domain</c>.</summary>
    public string? Recipient { get; init; }

    /// <summary>As <see cref="Smtp.Destination.ToString"/>, or the bare domain or host.</summary>
    public string? Destination { get; init; }

    /// <summary>Entry id or reason word of the last reply.</summary>
    public string? Reason { get; init; }

    public RecipientState? State { get; init; }
}
