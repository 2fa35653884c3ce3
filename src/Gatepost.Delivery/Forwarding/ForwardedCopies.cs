using Gatepost.Delivery.Queue;
using Gatepost.Smtp;
using Gatepost.Smtp.Client;

namespace Gatepost.Delivery.Forwarding;

/// <summary>One message in the forms in which its recipients get it: as it came, or under a rewritten sender and sealed.</summary>
/// <remarks>A seal is made once for an attempt. Not thread-safe.</remarks>
internal sealed class ForwardedCopies(
    QueuedMessage message, string attempt, IForwarder? forwarder, IQueue queue, IJournal journal, TimeProvider time)
{
    private readonly ForwardForm plain = new(message.Sender, null);
    private readonly Dictionary<int, ForwardForm> forms = [];
    private readonly Dictionary<string, ReadOnlyMemory<byte>> seals = [];

    /// <summary>The copy for the first of these recipients, and for all others that get the same.</summary>
    /// <returns>With those it is for, and the rest.</returns>
    public async ValueTask<(OutgoingMail Mail, IReadOnlyList<QueuedRecipient> For, IReadOnlyList<QueuedRecipient> Others)> NextAsync(
        IReadOnlyList<QueuedRecipient> open, CancellationToken cancel)
    {
        var form = await FormAsync(open[0], cancel);
        List<QueuedRecipient> same = [], others = [];
        foreach (var recipient in open)
            (await FormAsync(recipient, cancel) == form ? same : others).Add(recipient);
        return (ToOutgoing(same, form.Sender, await SealAsync(form.Sealer, cancel)), same, others);
    }

    private async ValueTask<ForwardForm> FormAsync(QueuedRecipient recipient, CancellationToken cancel)
    {
        if (forwarder is null || recipient.Address.Equals(recipient.Accepted))
            return plain;
        if (!forms.TryGetValue(recipient.Index, out var form))
            forms[recipient.Index] = form = await forwarder.FormAsync(message, recipient, cancel);
        return form;
    }

    private async ValueTask<ReadOnlyMemory<byte>> SealAsync(string? domain, CancellationToken cancel)
    {
        if (domain is null)
            return default;
        if (seals.TryGetValue(domain, out var made))
            return made;
        await using var octets = await Body().OpenAsync(cancel);
        var set = await forwarder!.SealAsync(octets, domain, cancel);
        if (set.Fault is { } why)
        {
            journal.Record(new JournalEvent
            {
                Kind = JournalKind.Server,
                At = time.GetUtcNow(),
                Session = attempt,
                QueueId = message.QueueId,
                Outbound = true,
                Detail = why,
            });
        }

        return seals[domain] = set.Fields;
    }

    private OutgoingMail ToOutgoing(List<QueuedRecipient> open, Mailbox? sender, ReadOnlyMemory<byte> seal)
    {
        var recipients = new OutgoingRecipient[open.Count];
        for (int i = 0; i < recipients.Length; i++)
            recipients[i] = new OutgoingRecipient(open[i].Address, open[i].Notify, open[i].OriginalRecipient);

        var body = Body();
        return new OutgoingMail
        {
            QueueId = message.QueueId,
            Attempt = attempt,
            Sender = sender,
            Recipients = recipients,
            Body = seal.IsEmpty ? body
                : OutgoingBody.From(seal.Length + body.Size, async token => new HeadedStream(seal, await body.OpenAsync(token))),
            BodyType = message.Body,
            SmtpUtf8 = message.SmtpUtf8,
            Return = message.Return,
            EnvelopeId = message.EnvelopeId,
        };
    }

    private OutgoingBody Body() => message.InMemory is { } octets ? OutgoingBody.Of(octets)
        : OutgoingBody.From(message.Size, _ => new(queue.OpenBody(message.QueueId)));
}
