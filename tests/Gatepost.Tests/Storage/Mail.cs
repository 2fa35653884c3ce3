using System.Text;
using Gatepost.Delivery.Queue;
using Gatepost.Smtp;

namespace Gatepost.Tests.Storage;

/// <summary>Messages and recipients for tests of the store.</summary>
public static class Mail
{
    public static readonly Destination Partner = new(DestinationKind.Mx, "partner.example");

    public static Envelope To(Destination destination, params string[] recipients)
    {
        var envelope = new Envelope { Sender = Mailbox.Parse("ann@host.example") };
        foreach (string recipient in recipients)
            envelope.Recipients.Add(
                new EnvelopeRecipient(Mailbox.Parse(recipient)) { Routes = [new Route(Mailbox.Parse(recipient), destination)] });
        return envelope;
    }

    public static byte[] Octets(int length, int seed = 1)
    {
        byte[] octets = new byte[length];
        new Random(seed).NextBytes(octets);
        return octets;
    }

    public static async Task<StoreResult> KeepAsync(
        IMessageStore store, Envelope envelope, byte[] body, string head = "Received: by test\r\n", int chunk = 3000)
    {
        await using var draft = store.Begin();
        for (int at = 0; at < body.Length; at += chunk)
            await draft.WriteAsync(body.AsMemory(at, Math.Min(chunk, body.Length - at)), default);
        return await draft.CommitAsync(Encoding.ASCII.GetBytes(head), envelope, null, default);
    }

    public static async Task<string> KeptAsync(IMessageStore store, params string[] recipients)
    {
        var kept = await KeepAsync(
            store, To(Partner, recipients.Length == 0 ? ["bob@partner.example"] : recipients), "Subject: x\r\n\r\nbody\r\n"u8.ToArray());
        return kept.Outcome == StoreOutcome.Kept ? kept.QueueId! : throw new InvalidOperationException(kept.Cause);
    }

    public static async Task<byte[]> BodyAsync(IQueue queue, string id)
    {
        await using var stream = queue.OpenBody(id);
        var all = new MemoryStream();
        await stream.CopyToAsync(all);
        return all.ToArray();
    }

    public static async Task<List<QueuedMessage>> ListAsync(IQueue queue, QueueFilter? filter = null)
    {
        var all = new List<QueuedMessage>();
        await foreach (var message in queue.ListAsync(filter ?? new QueueFilter(), default))
            all.Add(message);
        return all;
    }

    /// <summary>Takes all new messages and gives them back untried, as a server does whose delivery is stopped.</summary>
    public static async Task SkipArrivalsAsync(IQueue queue)
    {
        while (queue.Arrivals.TryRead(out var arrived))
            await queue.SettleAsync(
                [
                    .. arrived.Recipients.Select(
                        recipient =>
                            new DeliveryOutcome { QueueId = arrived.QueueId, Index = recipient.Index, Outcome = Outcome.Untried })], [],
                            default);
    }
}
