using System.Runtime.ExceptionServices;
using Gatepost.Delivery.Attempts;
using Gatepost.Delivery.Queue;
using Gatepost.Delivery.Shaping;
using Gatepost.Replies;
using Gatepost.Smtp;
using Gatepost.Smtp.Client;

namespace Gatepost.Delivery.Destinations;

/// <summary>Carries messages to a destination by SMTP or LMTP, over as many transactions and connections as it takes.</summary>
internal sealed class SmtpTransport(Destination destination, DeliveryOptions options, MxLookup hosts, IConnector connector, IQueue queue, IJournal journal, TimeProvider time) : ITransport
{
    private readonly ConnectionPool pool = new(time);

    private readonly SmtpClientOptions peerOptions = new()
    {
        HostName = options.HostName,
        Protocol = destination.Kind == DestinationKind.Lmtp ? PeerProtocol.Lmtp : PeerProtocol.Smtp,
        Tls = destination.Kind == DestinationKind.Lmtp ? ClientTls.Never : options.Tls,
        Timeouts = options.Timeouts,
        MaxRecipients = options.MaxRecipients,
    };

    public async ValueTask<AttemptResult> TryAsync(QueuedMessage message, string attempt, CancellationToken cancel)
    {
        var results = new List<RecipientResult>(message.Recipients.Count);
        try
        {
            return new AttemptResult(results, await CarryAsync(message, results, attempt, cancel));
        }
        catch (Exception cause)
        {
            // What was answered before holds: nobody gets the message twice because of the others.
            return new AttemptResult(results) { BrokenOffBy = cause };
        }
    }

    public ValueTask TidyAsync(DateTimeOffset before) => pool.TidyAsync(before);

    public ValueTask DisposeAsync() => pool.CloseAsync();

    /// <summary>One transaction after the other, until everybody has a result.</summary>
    /// <returns>The trouble of a destination that could not be reached at all.</returns>
    private async ValueTask<RecipientResult?> CarryAsync(QueuedMessage message, List<RecipientResult> results, string attempt, CancellationToken cancel)
    {
        var open = message.Recipients;
        var budget = new Budget { Left = options.Timeouts.Reach };
        while (open.Count > 0)
        {
            var peer = pool.Take();
            bool wasIdle = peer is not null;
            if (peer is null)
            {
                (peer, var failure) = await ConnectAsync(message, attempt, budget, cancel);
                if (peer is null)
                {
                    results.AddRange(open.Select(recipient => failure! with { Recipient = recipient }));
                    return results[^1].Outcome == Outcome.Deferred && results.Count == open.Count ? results[^1] : null;
                }
            }

            if (await OfferAsync(peer, wasIdle, message, open, attempt, cancel) is not { } answers)
                continue;
            var rest = Collect(peer, open, answers, results);
            await GiveBackAsync(peer);
            if (answers.BrokenOffBy is { } cause)
                ExceptionDispatchInfo.Throw(cause);
            if (rest.Count == open.Count)
            {
                // Nobody was answered: no progress, and none to be hoped for by asking again.
                var puzzled = OurReplies.ReplyUnintelligible.Say(("host", peer.Target.Host), ("address", peer.Target.Address), ("stage", ClientStage.Rcpt), ("words", "no recipient was taken"));
                results.AddRange(rest.Select(recipient => new RecipientResult(recipient, puzzled, ClientStage.Rcpt, peer.Target.Host, peer.Target.Address)));
                break;
            }

            open = rest;
        }

        return null;
    }

    /// <summary>Null where an idle connection turned out to be over; the next one is tried.</summary>
    private async ValueTask<TransactionResult?> OfferAsync(SmtpClientSession peer, bool wasIdle, QueuedMessage message, IReadOnlyList<QueuedRecipient> open, string attempt, CancellationToken cancel)
    {
        try
        {
            return await peer.SendAsync(ToOutgoing(message, open, attempt), cancel);
        }
        catch (SmtpClientException) when (wasIdle)
        {
            peer.Abandon();
            return null;
        }
        catch
        {
            peer.Abandon();
            throw;
        }
    }

    private OutgoingMail ToOutgoing(QueuedMessage message, IReadOnlyList<QueuedRecipient> open, string attempt)
    {
        var recipients = new OutgoingRecipient[open.Count];
        for (int i = 0; i < recipients.Length; i++)
            recipients[i] = new OutgoingRecipient(open[i].Address, open[i].Notify, open[i].OriginalRecipient);

        return new OutgoingMail
        {
            QueueId = message.QueueId,
            Attempt = attempt,
            Sender = message.Sender,
            Recipients = recipients,
            Body = message.InMemory is { } octets ? OutgoingBody.Of(octets) : OutgoingBody.From(message.Size, token => queue.OpenBody(message.QueueId, token)),
            BodyType = message.Body,
            SmtpUtf8 = message.SmtpUtf8,
            Return = message.Return,
            EnvelopeId = message.EnvelopeId,
        };
    }

    /// <summary>Takes over what was answered; gives back who was not.</summary>
    private static List<QueuedRecipient> Collect(SmtpClientSession peer, IReadOnlyList<QueuedRecipient> open, TransactionResult transaction, List<RecipientResult> results)
    {
        List<QueuedRecipient>? rest = null;
        for (int i = 0; i < open.Count; i++)
        {
            var (reply, stage) = transaction.Answers[i];
            if (reply is null)
                (rest ??= []).Add(open[i]);
            else
                results.Add(new RecipientResult(open[i], reply, stage, peer.Target.Host, peer.Target.Address, transaction.CarriedDsn));
        }

        return rest ?? [];
    }

    private async ValueTask GiveBackAsync(SmtpClientSession peer)
    {
        bool kept = peer.IsUsable && ShapingOptions.IdleConnection > TimeSpan.Zero && pool.Keep(peer);
        if (!kept)
            await peer.DisposeAsync();
    }

    /// <summary>Tries the hosts in their order until one of them talks to us, there have been enough of them or it takes too long.</summary>
    private async ValueTask<(SmtpClientSession? Peer, RecipientResult? Failure)> ConnectAsync(QueuedMessage message, string attempt, Budget budget, CancellationToken cancel)
    {
        RecipientResult? failure = null;
        HostFound last = default;
        var any = message.Recipients[0];
        long since = time.GetTimestamp();
        using var clock = new CancellationTokenSource(budget.Left > TimeSpan.Zero ? budget.Left : TimeSpan.Zero, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(clock.Token, cancel);
        try
        {
            int tried = 0;
            await foreach (var found in hosts.FindAsync(destination, either.Token))
            {
                if (++tried > DeliveryOptions.MaxAddresses)
                    break;
                last = found;
                if (found.Target is not { } target)
                {
                    Note(message, attempt, found);
                    failure = Graver(failure, new RecipientResult(any, found.Trouble!, ClientStage.Dns, found.Host, found.Address));
                    continue;
                }

                try
                {
                    return (await SmtpClientSession.ConnectAsync(target, peerOptions, connector, journal, time, new AttemptContext(attempt, message.QueueId), either.Token), null);
                }
                catch (SmtpClientException refused)
                {
                    failure = Graver(failure, new RecipientResult(any, refused.Reply, refused.Stage, target.Host, target.Address));
                }
            }
        }
        catch (Exception) when (clock.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            failure = Graver(failure, OutOfTime(any, last));
        }
        finally
        {
            budget.Left -= time.GetElapsedTime(since);
        }

        return (null, failure ?? new RecipientResult(any, OurReplies.RoutingError.Say(("domain", destination.Name), ("cause", "no host was found")), ClientStage.Dns, null, null));
    }

    private RecipientResult OutOfTime(QueuedRecipient any, HostFound last) => last.Target is { } target
        ? new RecipientResult(any, OurReplies.TimedOut.Say(("host", target.Host), ("address", target.Address), ("stage", ClientStage.Hello), ("seconds", options.Timeouts.Reach.TotalSeconds)), ClientStage.Hello, target.Host, target.Address)
        : new RecipientResult(any, OurReplies.DnsUnanswered.Say(("name", destination.Name), ("cause", "it took too long")), ClientStage.Dns, null, null);

    /// <summary>One host that may come back keeps hope for all; among equals the last word counts.</summary>
    private static RecipientResult Graver(RecipientResult? before, RecipientResult now) =>
        before is { Outcome: Outcome.Deferred } && now.Outcome == Outcome.Failed ? before : now;

    private void Note(QueuedMessage message, string attempt, HostFound found) => journal.Record(new JournalEvent
    {
        Kind = JournalKind.Closed,
        At = time.GetUtcNow(),
        Session = attempt,
        QueueId = message.QueueId,
        Outbound = true,
        Peer = found.Address,
        PeerName = found.Host,
        Stage = Stage.Connect,
        Reply = found.Trouble,
        Detail = found.Trouble?.Text,
    });

    /// <summary>The time that an attempt may still spend on reaching hosts; it may have to connect more than once.</summary>
    private sealed class Budget
    {
        public TimeSpan Left { get; set; }
    }
}
