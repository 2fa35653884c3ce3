using System.Text;
using Gatepost.Delivery.Queue;
using Gatepost.Smtp;
using Gatepost.Smtp.Client;

namespace Gatepost.Delivery.Forwarding;

/// <summary>One message in the forms in which its recipients get it: as it came, or under a rewritten sender and sealed.</summary>
/// <remarks>A seal is made once for an attempt and a form of the body. Not thread-safe.</remarks>
/// <param name="requiresTls">Whether the copies go under REQUIRETLS, forwards too (RFC 8689 §5).</param>
internal sealed class ForwardedCopies(
    QueuedMessage message, string attempt, bool requiresTls, IForwarder? forwarder, IQueue queue, IJournal journal, TimeProvider time)
{
    private readonly ForwardForm plain = new(message.Sender, null);
    private readonly Dictionary<int, ForwardForm> forms = [];
    private readonly Dictionary<(string Domain, BodyType Body), ReadOnlyMemory<byte>> seals = [];

    /// <summary>The copy for the first of these recipients, and for all others that get the same.</summary>
    /// <returns>
    /// Not sealed yet, with the domain that seals it (null for none), those it is for, and the rest.
    /// </returns>
    public async ValueTask<(OutgoingMail Mail, string? Sealer, IReadOnlyList<QueuedRecipient> For, IReadOnlyList<QueuedRecipient> Others)>
        NextAsync(IReadOnlyList<QueuedRecipient> open, CancellationToken cancel)
    {
        var form = await FormAsync(open[0], cancel);
        List<QueuedRecipient> same = [], others = [];
        foreach (var recipient in open)
            (await FormAsync(recipient, cancel) == form ? same : others).Add(recipient);
        return (ToOutgoing(same, form.Sender), form.Sealer, same, others);
    }

    /// <summary>Seals a copy; last of all, as a seal covers the octets that the next server gets.</summary>
    /// <param name="mail">One from here, converted for the server or not.</param>
    /// <param name="sealer">The domain that seals it; null for none.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="IOException">The store cannot give the body.</exception>
    public async ValueTask<OutgoingMail> SealAsync(OutgoingMail mail, string? sealer, CancellationToken cancel)
    {
        if (sealer is null)
            return mail;
        var body = mail.Body;
        if (!seals.TryGetValue((sealer, mail.BodyType), out var seal))
            seals[(sealer, mail.BodyType)] = seal = await MakeSealAsync(body, sealer, cancel);
        if (seal.IsEmpty)
            return mail;
        // What is plain ASCII goes to any server; it cannot be seen any more in a body that is not whole in memory.
        bool isAscii = mail.BodyType == BodyType.EightBitMime && body.InMemory is { } octets && Ascii.IsValid(octets.Span);
        return mail with
        {
            BodyType = isAscii ? BodyType.SevenBit : mail.BodyType,
            Body = OutgoingBody.From(seal.Length + body.Size, async token => new PrefixedStream(seal, await body.OpenAsync(token))),
        };
    }

    private async ValueTask<ForwardForm> FormAsync(QueuedRecipient recipient, CancellationToken cancel)
    {
        if (forwarder is null || recipient.Address.Equals(recipient.Accepted))
            return plain;
        if (!forms.TryGetValue(recipient.Index, out var form))
            forms[recipient.Index] = form = await forwarder.FormAsync(message, recipient, cancel);
        return form;
    }

    private async ValueTask<ReadOnlyMemory<byte>> MakeSealAsync(OutgoingBody body, string domain, CancellationToken cancel)
    {
        await using var octets = await body.OpenAsync(cancel);
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

        return set.Fields;
    }

    private OutgoingMail ToOutgoing(List<QueuedRecipient> open, Mailbox? sender)
    {
        var recipients = new OutgoingRecipient[open.Count];
        for (int i = 0; i < recipients.Length; i++)
            recipients[i] = new OutgoingRecipient(open[i].Address, open[i].Notify, open[i].OriginalRecipient);

        return new OutgoingMail
        {
            QueueId = message.QueueId,
            Attempt = attempt,
            Sender = sender,
            Recipients = recipients,
            Body = Body(),
            BodyType = message.Body,
            SmtpUtf8 = message.SmtpUtf8,
            Return = message.Return,
            EnvelopeId = message.EnvelopeId,
            RequiresTls = requiresTls,
        };
    }

    private OutgoingBody Body() => message.InMemory is { } octets ? OutgoingBody.Of(octets)
        : OutgoingBody.From(message.Size, _ => new(queue.OpenBody(message.QueueId)));
}
