using Gatepost.Replies;

namespace Gatepost.Smtp.Client;

/// <summary>What was answered about one recipient.</summary>
/// <param name="Reply">A received reply or a condition; null if the recipient was not offered and needs another transaction.</param>
/// <param name="Stage">What it answered.</param>
public readonly record struct RecipientAnswer(Reply? Reply, Stage Stage);

/// <summary>How one transaction ended.</summary>
/// <param name="Answers">In the order of the recipients.</param>
/// <param name="CarriedDsn">Whether the peer speaks DSN and with it took over the duty to report success.</param>
public sealed record TransactionResult(RecipientAnswer[] Answers, bool CarriedDsn)
{
    /// <summary>Set if the caller gave up or something failed on our side after some recipients had been answered.</summary>
    /// <remarks>The others have no reply, and the connection is closed.</remarks>
    public Exception? BrokenOffBy { get; init; }
}
