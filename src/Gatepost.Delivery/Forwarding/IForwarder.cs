using Gatepost.Delivery.Queue;
using Gatepost.Smtp;

namespace Gatepost.Delivery.Forwarding;

/// <summary>Says how mail is sent on that an alias or a forward leads to another server; the program answers from the directory.</summary>
public interface IForwarder
{
    /// <summary>The form of a copy for a recipient whose address differs from the accepted one.</summary>
    /// <exception cref="IOException">The secret of the rewritten sender cannot be kept.</exception>
    ValueTask<ForwardForm> FormAsync(QueuedMessage message, QueuedRecipient recipient, CancellationToken cancel);

    /// <summary>The fields that seal a message; empty with the reason why it goes without.</summary>
    /// <param name="message">As it is sent.</param>
    /// <param name="domain">From <see cref="ForwardForm.Sealer"/>.</param>
    /// <param name="cancel">Gives up.</param>
    ValueTask<MessageSignature> SealAsync(Stream message, string domain, CancellationToken cancel);
}

/// <summary>How a copy is sent. Recipients with equal forms share a transaction.</summary>
/// <param name="Sender">The envelope sender; null is the null sender.</param>
/// <param name="Sealer">The domain that seals it; null for none.</param>
public sealed record ForwardForm(Mailbox? Sender, string? Sealer);
