using Gatepost.Delivery.Settings;
using Gatepost.Delivery.Tls.Reports;
using Gatepost.Delivery.Tls.Sts;
using Gatepost.Dns;
using Gatepost.Replies;
using Gatepost.Smtp;
using Gatepost.Smtp.Client;

namespace Gatepost.Delivery.Tls;

/// <summary>What was decided about one host: what TLS must fulfil, or why nothing may be sent to it.</summary>
/// <param name="Demand">Null leaves it to the configuration.</param>
internal readonly record struct TlsChoice(TlsDemand? Demand, Reply? Refusal = null)
{
    /// <summary>The policy that reports to the domain are about (RFC 8460); null if nothing is to be reported.</summary>
    public TlsReportPolicy? Reported { get; init; }

    /// <summary>What is wrong with the policy itself, or with the host by it, before any connection; null if nothing is.</summary>
    public TlsResult? Fault { get; init; }
}

/// <summary>
/// Decides about TLS with each host mail goes to: what the configuration says of the destination, else DANE (RFC 7672), else MTA-STS
/// (RFC 8461), else TLS if it is offered.
/// </summary>
/// <param name="sts">Null if MTA-STS is not used.</param>
internal sealed class TlsPolicies(DeliveryOptions options, IResolver dns, StsPolicies? sts, IAlarms? alarms, TimeProvider time)
{
    private const string NotValidating = "dnssec";

    private readonly DaneLookup dane = new(dns);

    /// <param name="proof">How the host was found.</param>
    /// <param name="request">What the sender asks of TLS on the way of the message.</param>
    /// <remarks>A mailbox store behind LMTP is the end of the way: nothing is demanded of it.</remarks>
    public async ValueTask<TlsChoice> ChooseAsync(
        Destination destination, PeerTarget target, HostProof proof, TlsRequest request, CancellationToken cancel)
    {
        if (target.Address is null || destination.Kind == DestinationKind.Lmtp)
            return default;
        var own = options.OwnTlsFor(destination);
        if (request == TlsRequest.Required)
            return await RequireAsync(destination, target, proof, own, cancel);
        if (own == NextHostTls.Dane)
            return await DemandDaneAsync(destination, target, proof, cancel);
        if (own is not null || options.Tls is ClientTls.Never or ClientTls.Verified)
            return default;
        if (request == TlsRequest.Optional)
            return new TlsChoice(new TlsDemand(options.Tls, "nothing", OurEvidence.TlsNotRequired.Say()) { IsOfMessage = true });

        var records = await FindAsync(destination, target, proof, cancel);
        return ByDane(target, proof, records, destination)
            ?? await BySts(destination, target, records.Why, cancel);
    }

    /// <summary>What MTA-STS demands; a domain's name and no other can have a policy.</summary>
    private async ValueTask<TlsChoice> BySts(Destination destination, PeerTarget target, Finding noDane, CancellationToken cancel)
    {
        string domain = destination.Name;
        if (destination.Kind != DestinationKind.Mx || domain.StartsWith('['))
            return Undemanded(noDane);
        if (sts is null)
            return Undemanded(OurEvidence.TlsUndemandedByAny.Say(noDane, OurEvidence.StsOff.Say()));
        var found = await sts.FindAsync(domain, cancel);
        if (found.Policy is not { Mode: not StsMode.None } policy)
        {
            var undemanded = Undemanded(OurEvidence.TlsUndemandedByAny.Say(noDane, found.Why)) with
            {
                Reported = new TlsReportPolicy(TlsReportPolicy.None, domain, [], []),
            };
            return found.Failure is { } failure
                ? undemanded with { Fault = new(domain, new(TlsReportPolicy.Sts, domain, [], []), new(failure, null, null, null)) }
                : undemanded;
        }

        var reported = new TlsReportPolicy(TlsReportPolicy.Sts, domain, policy.Lines, policy.Hosts);
        var unlisted = new TlsResult(
            domain, reported, new TlsFailure(TlsFailure.General, target.Host, target.Address, "mx-not-in-policy"));
        string by = $"MTA-STS of {domain}", hosts = string.Join(", ", policy.Hosts.Take(10));
        bool isListed = policy.Lists(target.Host), isEnforced = policy.Mode == StsMode.Enforce;
        if (isEnforced && !isListed)
        {
            var refusal = ClientReplies.StsHostNotListed.Say(("domain", domain), ("host", target.Host), ("hosts", hosts));
            return new TlsChoice(null, refusal) { Reported = reported, Fault = unlisted };
        }

        return new TlsChoice(new TlsDemand(
            isEnforced ? ClientTls.Verified : options.Tls, by,
            isListed ? found.Why : OurEvidence.StsTestingNotListed.Say(domain, target.Host, hosts))
        {
            Judge = new PkixJudge(isEnforced ? (host, cause) => ClientReplies.StsCertificateInvalid.Say(
                ("domain", domain), ("host", host), ("cause", cause)) : null),
            IsAuthenticated = isEnforced,
        })
        {
            Reported = reported,
            Fault = isListed ? null : unlisted,
        };
    }

    private TlsChoice Undemanded(Finding why) => options.Tls == ClientTls.Opportunistic
        ? new TlsChoice(new TlsDemand(ClientTls.Opportunistic, "nothing", OurEvidence.TlsUndemanded.Say(why)))
        : default;

    private async ValueTask<TlsChoice> DemandDaneAsync(
        Destination destination, PeerTarget target, HostProof proof, CancellationToken cancel)
    {
        var records = await AskDaneAsync(destination, target, proof, cancel);
        if (records.State is DaneState.Usable or DaneState.Unanswered)
            return ByDane(target, proof, records, destination)!.Value;
        var cause = records.State switch
        {
            DaneState.Unusable => OurEvidence.DaneNoneUsable.Say(records.Records!.Summary),
            DaneState.NoRecords => OurEvidence.DaneNone.Say(),
            _ when !await dns.ValidatesAsync(cancel) => OurEvidence.DaneNotValidating.Say(),
            _ => OurEvidence.DaneWayInsecure.Say(),
        };
        return new TlsChoice(null, ClientReplies.DaneMissing.Say(("host", target.Host), ("cause", cause)));
    }

    /// <summary>
    /// The message goes only to a server that is the right one beyond doubt: by DANE, or with a valid certificate for a name that DNSSEC,
    /// MTA-STS or the configuration vouches for (RFC 8689 §4.2.1).
    /// </summary>
    private async ValueTask<TlsChoice> RequireAsync(
        Destination destination, PeerTarget target, HostProof proof, NextHostTls? own, CancellationToken cancel)
    {
        if (own == NextHostTls.None || (own is null && options.Tls == ClientTls.Never))
            return Unmet(target.Host, OurEvidence.RequireTlsSwitchedOff.Say());
        if (own == NextHostTls.Dane)
            return await DemandDaneAsync(destination, target, proof, cancel);
        var records = await FindAsync(destination, target, proof, cancel);
        if (records.State is DaneState.Usable or DaneState.Unanswered)
            return ByDane(target, proof, records, destination)!.Value;
        var why = records.Why;
        // A host that the administrator named is the right one.
        if (destination.Kind == DestinationKind.Mx && !proof.IsMxAuthentic)
        {
            bool mayPublish = sts is not null && !destination.Name.StartsWith('[');
            var found = mayPublish ? await sts!.FindAsync(destination.Name, cancel) : null;
            if (found is { Policy: null, IsUnanswered: true })
                return new TlsChoice(null, ClientReplies.RequireTlsUnanswered.Say(("host", target.Host), ("cause", found.Why)));
            if (found?.Policy is not { Mode: not StsMode.None } policy || !policy.Lists(target.Host))
                return Unmet(target.Host, OurEvidence.RequireTlsUnproven.Say(destination.Name));
            why = found.Why;
        }

        return new TlsChoice(new TlsDemand(ClientTls.Verified, "REQUIRETLS", OurEvidence.RequireTlsDemands.Say(why))
        {
            Judge = new PkixJudge((host, cause) => RequireTlsUnmet(host, OurEvidence.StsCertificateInvalid.Say(host, cause))),
            IsAuthenticated = true,
            IsOfMessage = true,
        });
    }

    /// <summary>What a message under REQUIRETLS is not sent for.</summary>
    public static Reply RequireTlsUnmet(string host, Finding cause) =>
        ClientReplies.RequireTlsUnmet.Say(("host", host), ("cause", cause));

    private static TlsChoice Unmet(string host, Finding cause) => new(null, RequireTlsUnmet(host, cause));

    private ValueTask<DaneFound> FindAsync(Destination destination, PeerTarget target, HostProof proof, CancellationToken cancel) =>
        options.Dane == DaneUse.Off
            ? new(new DaneFound(DaneState.Insecure, OurEvidence.DaneOff.Say()))
            : AskDaneAsync(destination, target, proof, cancel);

    private async ValueTask<DaneFound> AskDaneAsync(
        Destination destination, PeerTarget target, HostProof proof, CancellationToken cancel)
    {
        var found = await dane.FindAsync(destination.Name, target.Host, target.Port, proof, cancel);
        if (options.Dane == DaneUse.On && alarms is not null)
            await WatchAsync(found, cancel);
        return found;
    }

    /// <summary>Raises an alarm while DANE is wanted and the resolver cannot give it.</summary>
    private async ValueTask WatchAsync(DaneFound found, CancellationToken cancel)
    {
        if (found.State != DaneState.Insecure || await dns.ValidatesAsync(cancel))
            alarms!.Clear(NotValidating);
        else
            alarms!.Raise(NotValidating, OurEvidence.ResolverDoesNotValidate.Say());
    }

    /// <summary>Null if DANE demands nothing.</summary>
    private TlsChoice? ByDane(PeerTarget target, HostProof proof, DaneFound found, Destination destination)
    {
        const string By = "DANE";
        switch (found.State)
        {
            case DaneState.Usable:
                string[] names = [.. new[] { found.Base!, target.Host, proof.Canonical, destination.Name }.OfType<string>().Distinct()];
                return new TlsChoice(new TlsDemand(ClientTls.Encrypted, By, found.Why)
                {
                    ServerName = found.Base,
                    Judge = new DaneJudge(found.Records!, names, time),
                    IsAuthenticated = true,
                })
                {
                    Reported = new TlsReportPolicy(TlsReportPolicy.Dane, found.Base!, found.Records!.Lines, []),
                };
            case DaneState.Unusable:
                var unusable = new TlsReportPolicy(TlsReportPolicy.Dane, found.Base!, found.Records!.Lines, []);
                return new TlsChoice(new TlsDemand(ClientTls.Encrypted, By, found.Why) { ServerName = found.Base })
                {
                    Reported = unusable,
                    Fault = new(destination.Name, unusable, new(TlsFailure.TlsaInvalid, target.Host, target.Address, null)),
                };
            case DaneState.Unanswered:
                var unknown = new TlsReportPolicy(TlsReportPolicy.Dane, target.Host, [], []);
                return new TlsChoice(
                    null, ClientReplies.DaneUnanswered.Say(("host", target.Host), ("cause", found.Cause)))
                {
                    Reported = unknown,
                    Fault = new(destination.Name, unknown, new(TlsFailure.DnssecInvalid, target.Host, target.Address, null)),
                };
            default:
                return null;
        }
    }
}
