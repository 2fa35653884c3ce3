using System.Net;
using Gatepost.Delivery.Destinations;
using Gatepost.Delivery.Settings;
using Gatepost.Delivery.Tls;
using Gatepost.Delivery.Tls.Sts;
using Gatepost.Dns;
using Gatepost.Replies;
using Gatepost.Smtp;
using Gatepost.Smtp.Client;

namespace Gatepost.Delivery;

/// <summary>How TLS with one mail server ended.</summary>
public enum TlsOutcome
{
    /// <summary>A policy demands TLS, and the server fulfils it; if nothing was connected, only that it is demanded.</summary>
    Fulfilled,

    /// <summary>No policy demands it.</summary>
    Undemanded,

    /// <summary>Nothing would be sent to the server.</summary>
    Failed,

    /// <summary>DNS or the server did not answer.</summary>
    Unanswered,
}

/// <summary>What was found out about TLS with one mail server of a domain.</summary>
/// <param name="By">The policy; null if none demands anything.</param>
/// <param name="Steps">Why.</param>
public sealed record TlsHost(string Host, IPAddress? Address, TlsOutcome Outcome, string? By, IReadOnlyList<Finding> Steps);

/// <summary>Tries TLS with the mail servers of a domain as delivery would, up to EHLO: nothing is sent.</summary>
/// <param name="sts">Null leaves MTA-STS out.</param>
public sealed class TlsSurvey(
    DeliveryOptions options, IResolver dns, StsPolicies? sts, IConnector connector, TimeProvider time, Chance random)
{
    /// <param name="domain">A domain, or a host without MX records.</param>
    /// <param name="connects">False asks DNS and the policy only.</param>
    public async Task<IReadOnlyList<TlsHost>> AskAsync(string domain, bool connects, CancellationToken cancel)
    {
        var destination = new Destination(DestinationKind.Mx, domain);
        var policies = new TlsPolicies(options, dns, sts, null, time);
        var hosts = new List<TlsHost>();
        await foreach (var found in new MxLookup(options, dns, random).FindAsync(destination, cancel))
        {
            if (hosts.Count == DeliveryOptions.MaxAddresses)
                break;
            hosts.Add(found.Target is not { } target
                ? new TlsHost(found.Host ?? domain, found.Address, OutcomeOf(found.Trouble!), null, [Quote(found.Trouble!)])
                : await AskAsync(
                    destination, target, await policies.ChooseAsync(destination, target, found.Proof, TlsRequest.None, cancel), connects,
                        cancel));
        }

        return hosts;
    }

    private async Task<TlsHost> AskAsync(
        Destination destination, PeerTarget target, TlsChoice choice, bool connects, CancellationToken cancel)
    {
        if (choice.Refusal is { } refusal)
            return new TlsHost(target.Host, target.Address, TlsOutcome.Failed, null, [Quote(refusal)]);
        var demand = choice.Demand;
        bool isDemanded = demand is { Tls: not ClientTls.Opportunistic };
        string? by = isDemanded ? demand!.By : null;
        if (!connects)
        {
            return new TlsHost(
                target.Host, target.Address, isDemanded ? TlsOutcome.Fulfilled : TlsOutcome.Undemanded, by,
                demand is null ? [] : [demand.Why]);
        }

        var journal = new Steps();
        try
        {
            var dialer = new Dialer(options.ClientFor(destination), connector, journal, time, options.Replies);
            await using var session = await dialer.ConnectAsync(target with { Tls = demand }, new AttemptContext("check", null), cancel);
            if (!session.IsEncrypted)
                journal.Found.Add(OurEvidence.TlsNone.Say(target.Host));
            return new TlsHost(
                target.Host, target.Address, isDemanded ? TlsOutcome.Fulfilled : TlsOutcome.Undemanded, by, journal.Found);
        }
        catch (SmtpClientException failure)
        {
            if (demand is not null && !journal.Found.Contains(demand.Why))
                journal.Found.Insert(0, demand.Why);
            return new TlsHost(
                target.Host, target.Address, failure.Stage == Stage.StartTls ? TlsOutcome.Failed : TlsOutcome.Unanswered, by,
                [.. journal.Found, Quote(failure.Reply)]);
        }
    }

    private static TlsOutcome OutcomeOf(Reply trouble) =>
        trouble.Entry == DeliveryReplies.DnsUnanswered ? TlsOutcome.Unanswered : TlsOutcome.Failed;

    private static Finding Quote(Reply reply) => OurEvidence.Quoted.Say(reply.Text);

    /// <summary>What the client records about TLS.</summary>
    private sealed class Steps : IJournal
    {
        public List<Finding> Found { get; } = [];

        public void Record(JournalEvent happened)
        {
            if (happened is { Kind: JournalKind.Tls, Detail: { } detail } && !Found.Contains(detail))
                Found.Add(detail);
        }
    }
}
