using Gatepost.Delivery.Settings;
using Gatepost.Delivery.Tls.Sts;
using Gatepost.Dns;
using Gatepost.Replies;
using Gatepost.Smtp;
using Gatepost.Smtp.Client;

namespace Gatepost.Delivery.Tls;

/// <summary>What was decided about one host: what TLS must fulfil, or why nothing may be sent to it.</summary>
/// <param name="Demand">Null leaves it to the configuration.</param>
internal readonly record struct TlsChoice(TlsDemand? Demand, Reply? Refusal = null);

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
    public async ValueTask<TlsChoice> ChooseAsync(Destination destination, PeerTarget target, HostProof proof, CancellationToken cancel)
    {
        if (target.Address is null || destination.Kind == DestinationKind.Lmtp)
            return default;
        var own = options.OwnTlsFor(destination);
        if (own == NextHostTls.Dane)
            return await DemandDaneAsync(destination, target, proof, cancel);
        if (own is not null || options.Tls is ClientTls.Never or ClientTls.Verified)
            return default;

        var records = options.Dane == DaneUse.Off
            ? new DaneFound(DaneState.Insecure, OurEvidence.DaneOff.Say())
            : await FindAsync(destination, target, proof, cancel);
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
            return Undemanded(OurEvidence.TlsUndemandedByAny.Say(noDane, found.Why));
        string by = $"MTA-STS of {domain}", hosts = string.Join(", ", policy.Hosts.Take(10));
        bool isListed = policy.Lists(target.Host), isEnforced = policy.Mode == StsMode.Enforce;
        if (isEnforced && !isListed)
            return new TlsChoice(null, ClientReplies.StsHostNotListed.Say(("domain", domain), ("host", target.Host), ("hosts", hosts)));
        return new TlsChoice(new TlsDemand(
            isEnforced ? ClientTls.Verified : options.Tls, by,
            isListed ? found.Why : OurEvidence.StsTestingNotListed.Say(domain, target.Host, hosts))
        {
            Judge = new StsJudge(domain, isEnforced),
            IsAuthenticated = isEnforced,
        });
    }

    private TlsChoice Undemanded(Finding why) => options.Tls == ClientTls.Opportunistic
        ? new TlsChoice(new TlsDemand(ClientTls.Opportunistic, "nothing", OurEvidence.TlsUndemanded.Say(why)))
        : default;

    private async ValueTask<TlsChoice> DemandDaneAsync(
        Destination destination, PeerTarget target, HostProof proof, CancellationToken cancel)
    {
        var records = await FindAsync(destination, target, proof, cancel);
        if (records.State is DaneState.Usable or DaneState.Unanswered)
            return ByDane(target, proof, records, destination)!.Value;
        string cause = records.State switch
        {
            DaneState.Unusable => $"none of its TLSA records can be used ({records.Records!.Summary})",
            DaneState.NoRecords => "it has no TLSA records",
            _ when !await dns.ValidatesAsync(cancel) => "the resolver does not validate by DNSSEC, or is not trusted to",
            _ => "DNSSEC does not vouch for the way to it",
        };
        return new TlsChoice(null, ClientReplies.DaneMissing.Say(("host", target.Host), ("cause", cause)));
    }

    private async ValueTask<DaneFound> FindAsync(Destination destination, PeerTarget target, HostProof proof, CancellationToken cancel)
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
                });
            case DaneState.Unusable:
                return new TlsChoice(new TlsDemand(ClientTls.Encrypted, By, found.Why) { ServerName = found.Base });
            case DaneState.Unanswered:
                return new TlsChoice(
                    null, ClientReplies.DaneUnanswered.Say(("host", target.Host), ("cause", found.Cause)));
            default:
                return null;
        }
    }
}
