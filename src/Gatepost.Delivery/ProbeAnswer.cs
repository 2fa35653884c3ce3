using Gatepost.Replies;

namespace Gatepost.Delivery;

/// <summary>What the next host says of a recipient.</summary>
/// <param name="Reply">Received, or the condition met on the way to it.</param>
/// <param name="Stage">What it answered. Only an answer to RCPT says anything about the recipient.</param>
/// <param name="Host">Who said it; null if none was reached.</param>
/// <param name="Attempt">The conversation's id in the journal.</param>
public sealed record ProbeAnswer(Reply Reply, Stage Stage, string? Host, string Attempt)
{
    /// <summary>Whether it is a refusal of this server, for any recipient: relaying, our address, a missing log-in.</summary>
    public bool RefusesUs { get; init; }

    /// <summary>Whether the host was not asked, since too many questions to it are open.</summary>
    public bool IsBusy { get; init; }
}
