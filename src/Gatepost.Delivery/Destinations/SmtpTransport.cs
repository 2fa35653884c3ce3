using System.Net.Sockets;
using System.Runtime.ExceptionServices;
using Gatepost.Delivery.Attempts;
using Gatepost.Delivery.Forwarding;
using Gatepost.Delivery.Queue;
using Gatepost.Delivery.Settings;
using Gatepost.Delivery.Shaping;
using Gatepost.Delivery.Tls;
using Gatepost.Replies;
using Gatepost.Smtp;
using Gatepost.Smtp.Client;

namespace Gatepost.Delivery.Destinations;

/// <summary>Delivers to a destination by SMTP or LMTP, over as many transactions and connections as it takes.</summary>
internal sealed class SmtpTransport(
    Destination destination, DeliveryOptions options, MxLookup hosts, TlsPolicies tls, GreetingPatience patience, IConnector connector,
    IQueue queue, IJournal journal, TimeProvider time) : ITransport
{
    private readonly ConnectionPool pool = new(time);

    private readonly Dialer dialer = new(options.ClientFor(destination), connector, journal, time, options.Replies);

    /// <summary>Notes how TLS ends, for reports; null if nothing is reported.</summary>
    public TlsNotes? Notes { private get; init; }

    /// <summary>Says how forwards are sent on; null sends them as they came.</summary>
    public IForwarder? Forwarder { private get; init; }

    public async ValueTask<AttemptResult> DeliverAsync(QueuedMessage message, string attempt, CancellationToken cancel)
    {
        var results = new List<RecipientResult>(message.Recipients.Count);
        try
        {
            return new AttemptResult(results, await SendAllAsync(message, results, attempt, cancel));
        }
        catch (Exception cause)
        {
            // What was answered before counts: no recipient gets the message twice because of the others.
            return new AttemptResult(results) { BrokenOffBy = cause };
        }
    }

    public ValueTask CloseIdleAsync(DateTimeOffset before) => pool.CloseIdleAsync(before);

    public ValueTask DisposeAsync() => pool.CloseAsync();

    /// <summary>One transaction after the other, until all recipients have a result.</summary>
    /// <returns>Why a destination could not be reached at all.</returns>
    private async ValueTask<RecipientResult?> SendAllAsync(
        QueuedMessage message, List<RecipientResult> results, string attempt, CancellationToken cancel)
    {
        var open = message.Recipients;
        var forwarder = destination.Kind == DestinationKind.Lmtp ? null : Forwarder;
        // A mailbox store is the end of the way.
        var request = destination.Kind == DestinationKind.Lmtp ? TlsRequest.None : message.Tls;
        var copies = new ForwardedCopies(message, attempt, request == TlsRequest.Required, forwarder, queue, journal, time);
        var budget = new Budget { Left = options.Timeouts.Reach };
        var second = new SecondFamily();
        while (open.Count > 0)
        {
            var peer = second.IsInUse ? null : pool.Take(idle => SessionTls.Fits(idle, request));
            bool wasIdle = peer is not null;
            if (peer is null)
            {
                (peer, var failure) = await ConnectAsync(message, attempt, budget, second, cancel);
                if (peer is null)
                {
                    if (second.IsInUse)
                    {
                        // The answers over IPv6 remain: no server could be asked over IPv4.
                        results.AddRange(second.First(open));
                        return null;
                    }

                    results.AddRange(open.Select(recipient => failure! with { Recipient = recipient }));
                    bool isOfDestination = SessionTls.IsOfDestination(request, results[^1].Stage);
                    return isOfDestination && results[^1].Outcome == Outcome.Deferred && results.Count == open.Count ? results[^1] : null;
                }
            }

            var (mail, sealer, offered, others) = await NextCopyAsync(peer, copies, open, cancel);
            if (await OfferAsync(peer, wasIdle, mail, one => copies.SealAsync(one, sealer, cancel), cancel) is not { } answers)
                continue;
            var rest = Collect(peer, offered, answers, results);
            await KeepOpenAsync(peer);
            if (answers.BrokenOffBy is { } cause)
                ExceptionDispatchInfo.Throw(cause);
            if (rest.Count == offered.Count)
            {
                // No recipient was answered: asking again would make no progress.
                var (host, address) = (peer.Target.Host, peer.Target.Address);
                var unexpected = ClientReplies.ReplyUnintelligible.Say(
                    ("host", host), ("address", address), ("stage", Stage.RcptTo.Name()), ("words", "no recipient was taken"));
                results.AddRange(rest.Select(recipient => new RecipientResult(recipient, unexpected, Stage.RcptTo, host, address)));
                if (others.Count == 0)
                    break;
                rest = [];
            }

            open = rest.Count + others.Count > 0 ? [.. rest, .. others] : second.Retract(results, peer.Target.Address);
        }

        return null;
    }

    /// <summary>The next copy to send; a connection that nothing can be sent on because of a failure here is kept or closed.</summary>
    private async ValueTask<(
        OutgoingMail Mail, string? Sealer, IReadOnlyList<QueuedRecipient> Offered, IReadOnlyList<QueuedRecipient> Others)>
        NextCopyAsync(
        SmtpClientSession peer, ForwardedCopies copies, IReadOnlyList<QueuedRecipient> open, CancellationToken cancel)
    {
        try
        {
            return await copies.NextAsync(open, cancel);
        }
        catch
        {
            await KeepOpenAsync(peer);
            throw;
        }
    }

    /// <summary>Null if an idle connection turned out to be over; the next one is tried.</summary>
    private async ValueTask<TransactionResult?> OfferAsync(
        SmtpClientSession peer, bool wasIdle, OutgoingMail mail, Func<OutgoingMail, ValueTask<OutgoingMail>> seal, CancellationToken cancel)
    {
        try
        {
            await using var form = await PeerForm.MakeAsync(mail, peer.Offers, options.EightBit, cancel);
            return await peer.SendAsync(await seal(form.Mail), cancel);
        }
        catch (SmtpClientException) when (wasIdle)
        {
            peer.Abort();
            return null;
        }
        catch
        {
            peer.Abort();
            throw;
        }
    }

    /// <summary>Adds what was answered to the results; returns the recipients without an answer.</summary>
    private List<QueuedRecipient> Collect(
        SmtpClientSession peer, IReadOnlyList<QueuedRecipient> open, TransactionResult transaction, List<RecipientResult> results)
    {
        List<QueuedRecipient>? rest = null;
        for (int i = 0; i < open.Count; i++)
        {
            var (reply, stage) = transaction.Answers[i];
            if (reply is null)
                (rest ??= []).Add(open[i]);
            else
            {
                var result = new RecipientResult(open[i], reply, stage, peer.Target.Host, peer.Target.Address, transaction.CarriedDsn);
                results.Add(NamedHost.Judge(destination, result));
            }
        }

        return rest ?? [];
    }

    private async ValueTask KeepOpenAsync(SmtpClientSession peer)
    {
        bool kept = peer.IsUsable && ShapingOptions.IdleConnection > TimeSpan.Zero && pool.Keep(peer);
        if (!kept)
            await peer.DisposeAsync();
    }

    /// <summary>
    /// Tries the hosts in their order until one of them talks to us, there have been enough of them or it takes too long.
    /// </summary>
    private async ValueTask<(SmtpClientSession? Peer, RecipientResult? Failure)> ConnectAsync(
        QueuedMessage message, string attempt, Budget budget, SecondFamily second, CancellationToken cancel)
    {
        RecipientResult? failure = null;
        HostFound last = default;
        var any = message.Recipients[0];
        var context = new AttemptContext(attempt, message.QueueId);
        long since = time.GetTimestamp();
        using var clock = new CancellationTokenSource(budget.Left > TimeSpan.Zero ? budget.Left : TimeSpan.Zero, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(clock.Token, cancel);
        try
        {
            int tried = 0;
            // Addresses of one host follow each other, and DNS and policy of the host are the same for all of them.
            (string? Host, TlsChoice Choice) chosen = default;
            await foreach (var found in hosts.FindAsync(destination, either.Token))
            {
                if (second.IsInUse && found.Address is not { AddressFamily: AddressFamily.InterNetwork })
                    continue;
                if (++tried > DeliveryOptions.MaxAddresses)
                    break;
                last = found;
                if (found.Target is not { } target)
                {
                    Note(context, found);
                    failure = MoreSevere(failure, new RecipientResult(any, found.Trouble!, Stage.Dns, found.Host, found.Address));
                    continue;
                }

                if (chosen.Host != target.Host)
                {
                    chosen = (target.Host, await tls.ChooseAsync(destination, target, found.Proof, message.Tls, either.Token));
                    Notes?.Chosen(chosen.Choice);
                }

                if (chosen.Choice.Refusal is { } untrusted)
                {
                    failure = MoreSevere(failure, Untrusted(any, found, untrusted, context));
                    continue;
                }

                var (peer, reason) = await OpenAsync(message, found, target, chosen.Choice, context, either.Token);
                if (peer is not null)
                    return (peer, null);
                failure = MoreSevere(failure, reason!);
            }
        }
        catch (Exception) when (clock.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            failure = MoreSevere(failure, DeadlineExceeded(any, last));
        }
        finally
        {
            budget.Left -= time.GetElapsedTime(since);
        }

        return (null, failure ?? new RecipientResult(any, MxLookup.NoHost(destination), Stage.Dns, null, null));
    }

    /// <summary>Connects to one address; a session that the message may not go by is left to others.</summary>
    private async ValueTask<(SmtpClientSession? Peer, RecipientResult? Failure)> OpenAsync(
        QueuedMessage message, HostFound found, PeerTarget target, TlsChoice choice, AttemptContext context, CancellationToken cancel)
    {
        var any = message.Recipients[0];
        try
        {
            using var wait = patience.Begin();
            var peer = await dialer.ConnectAsync(target with { Tls = choice.Demand }, context, cancel, wait.Over);
            Notes?.Connected(choice, peer);
            if (destination.Kind == DestinationKind.Lmtp || SessionTls.Objection(peer, message.Tls) is not { } unmet)
                return (peer, null);
            // The next message that asks for the same could not use it either: kept sessions would add up.
            await peer.DisposeAsync();
            return (null, Untrusted(any, found, unmet, context));
        }
        catch (SmtpClientException refused)
        {
            Notes?.Failed(choice, target, refused);
            var reply = SessionTls.Under(message.Tls, refused.Reply, target.Host);
            return (null, NamedHost.Judge(destination, new RecipientResult(any, reply, refused.Stage, target.Host, target.Address)));
        }
    }

    /// <summary>A host that nothing may be sent to without the TLS it should have; it is not connected to.</summary>
    private RecipientResult Untrusted(QueuedRecipient any, HostFound found, Reply why, AttemptContext context)
    {
        new AttemptJournal(journal, time, found.Host, found.Address) { Context = context }.Closed(Stage.StartTls, why);
        return NamedHost.Judge(destination, new RecipientResult(any, why, Stage.StartTls, found.Host, found.Address));
    }

    private RecipientResult DeadlineExceeded(QueuedRecipient any, HostFound last)
    {
        if (last.Target is not { } target)
        {
            var silent = DeliveryReplies.DnsUnanswered.Say(("name", destination.Name), ("cause", "it took too long"));
            return new RecipientResult(any, silent, Stage.Dns, null, null);
        }

        var condition = ClientReplies.TimedOut.Say(
            ("host", target.Host), ("address", target.Address), ("stage", Stage.Hello.Name()),
                ("seconds", options.Timeouts.Reach.TotalSeconds));
        return new RecipientResult(any, condition, Stage.Hello, target.Host, target.Address);
    }

    /// <summary>A temporary failure wins over a permanent one; otherwise the latest.</summary>
    private static RecipientResult MoreSevere(RecipientResult? before, RecipientResult now) =>
        before is { Outcome: Outcome.Deferred } && now.Outcome == Outcome.Failed ? before : now;

    private void Note(AttemptContext context, HostFound found) =>
        new AttemptJournal(journal, time, found.Host, found.Address) { Context = context }.Closed(Stage.Dns, found.Trouble!);

    /// <summary>The time that an attempt may still spend on reaching hosts; it may have to connect more than once.</summary>
    private sealed class Budget
    {
        public TimeSpan Left { get; set; }
    }
}
