using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Policy.Quarantine;

/// <summary>Keeps messages away from their recipients, for a person to decide.</summary>
public interface IQuarantine
{
    /// <summary>Makes a copy durable. Never throws but for <paramref name="cancel"/>.</summary>
    /// <returns>Why it is not kept; null if it is.</returns>
    ValueTask<QuarantineFailure?> StoreAsync(
        QuarantinedMessage message, IMessageDraft draft, QuarantineOptions options, CancellationToken cancel);
}

/// <param name="Outcome"><see cref="StoreOutcome.Full"/> or <see cref="StoreOutcome.Broken"/>; <see cref="StoreOutcome.Kept"/>
/// never.</param>
/// <param name="ForGood">Whether the same message will never be kept, because of its size.</param>
/// <param name="Why">One line.</param>
public sealed record QuarantineFailure(StoreOutcome Outcome, bool ForGood, Finding Why);
