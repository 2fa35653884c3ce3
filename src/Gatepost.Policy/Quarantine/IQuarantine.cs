using Gatepost.Smtp;

namespace Gatepost.Policy.Quarantine;

/// <summary>Keeps messages away from their recipients, for a person to decide.</summary>
public interface IQuarantine
{
    /// <summary>Makes a copy durable. Never throws but for <paramref name="cancel"/>.</summary>
    /// <returns>Why it is not kept; null where it is.</returns>
    ValueTask<NotKept?> KeepAsync(QuarantinedMessage message, IMessageDraft draft, QuarantineOptions options, CancellationToken cancel);
}

/// <param name="Outcome"><see cref="KeepOutcome.Full"/> or <see cref="KeepOutcome.Broken"/>; <see cref="KeepOutcome.Kept"/> never.</param>
/// <param name="ForGood">Whether the same message will never be kept, because of its size.</param>
/// <param name="Why">One line.</param>
public sealed record NotKept(KeepOutcome Outcome, bool ForGood, string Why);
