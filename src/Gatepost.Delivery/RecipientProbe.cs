using System.Collections.Concurrent;
using Gatepost.Delivery.Attempts;
using Gatepost.Delivery.Destinations;
using Gatepost.Delivery.Settings;
using Gatepost.Delivery.Tls;
using Gatepost.Dns;
using Gatepost.Replies;
using Gatepost.Smtp;
using Gatepost.Smtp.Client;

namespace Gatepost.Delivery;

/// <summary>Asks a destination whether it would take a recipient: MAIL with the null sender, RCPT, and no message.</summary>
/// <remarks>Bounded in number and time; beyond the limit the answer is a temporary failure immediately.</remarks>
/// <param name="options">Those that apply now.</param>
/// <param name="connector">How connections are opened.</param>
public sealed class RecipientProbe(
    Func<DeliveryOptions> options, IResolver dns, IConnector connector, IJournal journal, TimeProvider time, Chance random)
{
    /// <summary>For one destination, so that a slow one leaves room for the others.</summary>
    private const int MostPerDestination = 20;

    private readonly ConcurrentDictionary<Destination, int> running = new();
    private readonly AttemptIds ids = new(time, random);

    /// <param name="timeout">For the whole: DNS, connecting, talking.</param>
    public async ValueTask<ProbeAnswer> AskAsync(Mailbox recipient, Destination destination, TimeSpan timeout, CancellationToken cancel)
    {
        string attempt = ids.Next();
        if (running.AddOrUpdate(destination, 1, (_, count) => count + 1) > MostPerDestination)
        {
            Leave(destination);
            var busy = DeliveryReplies.RoutingError.Say(
                ("domain", destination.Name), ("cause", "too many such questions at the same time"));
            return new ProbeAnswer(busy, Stage.Connect, null, attempt) { IsBusy = true };
        }

        using var clock = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(clock.Token, cancel);
        try
        {
            return await AskHostsAsync(recipient, destination, attempt, either.Token);
        }
        catch (Exception) when (clock.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            var late = ClientReplies.TimedOut.Say(
                ("host", destination.Name), ("address", null), ("stage", Stage.RcptTo.Name()), ("seconds", timeout.TotalSeconds));
            return new ProbeAnswer(late, Stage.Connect, destination.Name, attempt);
        }
        finally
        {
            Leave(destination);
        }
    }

    private void Leave(Destination destination)
    {
        if (running.AddOrUpdate(destination, 0, (_, count) => count - 1) == 0)
            running.TryRemove(new KeyValuePair<Destination, int>(destination, 0));
    }

    private async ValueTask<ProbeAnswer> AskHostsAsync(Mailbox recipient, Destination destination, string attempt, CancellationToken cancel)
    {
        var inForce = options();
        var dialer = new Dialer(inForce.ClientFor(destination), connector, journal, time, inForce.Replies);
        // Without MTA-STS: the hosts of relay domains are configured, and a policy belongs to a domain that is looked up.
        var tls = new TlsPolicies(inForce, dns, null, null, time);
        ProbeAnswer? failure = null;
        int tried = 0;
        await foreach (var found in new MxLookup(inForce, dns, random).FindAsync(destination, cancel))
        {
            if (++tried > DeliveryOptions.MaxAddresses)
                break;
            if (found.Target is not { } target)
            {
                failure = new ProbeAnswer(found.Trouble!, Stage.Dns, found.Host, attempt);
                continue;
            }

            var choice = await tls.ChooseAsync(destination, target, found.Proof, TlsRequest.None, cancel);
            if (choice.Refusal is { } untrusted)
            {
                failure = new ProbeAnswer(untrusted, Stage.StartTls, target.Host, attempt);
                continue;
            }

            try
            {
                await using var session = await dialer.ConnectAsync(
                    target with { Tls = choice.Demand }, new AttemptContext(attempt, null), cancel);
                var (reply, stage) = await session.ProbeAsync(recipient, cancel);
                return new ProbeAnswer(reply!, stage, target.Host, attempt) { RefusesUs = NamedHost.IsAboutUs(reply!, stage) };
            }
            catch (SmtpClientException refused)
            {
                failure = new ProbeAnswer(refused.Reply, refused.Stage, target.Host, attempt);
            }
        }

        return failure ?? new ProbeAnswer(MxLookup.NoHost(destination), Stage.Dns, null, attempt);
    }
}
