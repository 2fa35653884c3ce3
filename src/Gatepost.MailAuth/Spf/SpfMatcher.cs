using System.Net;
using System.Net.Sockets;
using Gatepost.Dns;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.MailAuth.Spf;

/// <summary>Whether the client is what a mechanism names (RFC 7208 §5), include apart.</summary>
/// <param name="check">Counts and remembers.</param>
/// <param name="domain">Whose record it is.</param>
internal sealed class SpfMatcher(SpfCheck check, string domain)
{
    private IPAddress Client => check.Values.Client;

    private bool IsFour => Client.AddressFamily == AddressFamily.InterNetwork;

    public async ValueTask<SpfMatch> MatchAsync(SpfTerm term, CancellationToken cancel)
    {
        if (term.Mechanism == SpfMechanism.All)
            return SpfMatch.Yes;
        if (term.Network is { } network)
            return IsIn(network, term) ? SpfMatch.Yes : SpfMatch.No;

        string shown = SpfCheck.Shown(term);
        if (!check.CountLookup(shown, domain))
            return SpfMatch.PermError;
        if (!check.CanExpand(term))
            return SpfMatch.No;
        string name = term.Domain is null ? domain : await check.ExpandAsync(term.Domain, domain, cancel);
        if (DnsName.Normalise(name) is null)
        {
            check.Add(OurEvidence.SpfNameMalformed.Say(shown, SafeText.Of(name, 255)));
            return SpfMatch.No;
        }

        return term.Mechanism switch
        {
            SpfMechanism.A => await AddressAsync(term, name, cancel),
            SpfMechanism.Mx => await MailHostAsync(term, name, cancel),
            SpfMechanism.Exists => await ExistsAsync(term, name, cancel),
            _ => await ClientNameAsync(term, name, cancel),
        };
    }

    private async ValueTask<SpfMatch> AddressAsync(SpfTerm term, string name, CancellationToken cancel)
    {
        var answer = await AddressesAsync(name, cancel);
        return NoAnswer(answer, term, name) ?? (answer.Records.Any(address => IsIn(address, term)) ? SpfMatch.Yes : SpfMatch.No);
    }

    /// <summary>In the order of preference, until one matches.</summary>
    /// <remarks>A mail server without addresses is no void look-up: RFC 7208 §4.6.4 counts terms, and the term had its answer.</remarks>
    private async ValueTask<SpfMatch> MailHostAsync(SpfTerm term, string name, CancellationToken cancel)
    {
        var answer = await check.Dns.MxAsync(name, cancel);
        if (NoAnswer(answer, term, name) is { } none)
            return none;

        int asked = 0;
        foreach (var host in answer.Records.Where(static record => record.Exchange.Length > 0).OrderBy(static record => record.Preference))
        {
            if (++asked > SpfLimits.MailHosts)
            {
                check.Add(OurEvidence.SpfTooManyMailHosts.Say(SpfCheck.Shown(term), name, SpfLimits.MailHosts));
                return SpfMatch.PermError;
            }

            var addresses = await AddressesAsync(host.Exchange, cancel);
            if (addresses.Outcome == DnsOutcome.Unanswered)
                return Silent(addresses.Detail, term, host.Exchange);
            if (addresses.Records.Any(address => IsIn(address, term)))
                return SpfMatch.Yes;
        }

        return SpfMatch.No;
    }

    /// <summary>Always an A record, whatever the client speaks (RFC 7208 §5.7).</summary>
    private async ValueTask<SpfMatch> ExistsAsync(SpfTerm term, string name, CancellationToken cancel)
    {
        var answer = await check.Dns.Ipv4AddressesAsync(name, cancel);
        return NoAnswer(answer, term, name) ?? SpfMatch.Yes;
    }

    /// <summary>Whether a validated name of the client is the domain or below it. Silence of DNS is no match (RFC 7208 §5.5).</summary>
    private async ValueTask<SpfMatch> ClientNameAsync(SpfTerm term, string name, CancellationToken cancel)
    {
        var names = await check.ClientNamesAsync(cancel);
        if (names.Names.Outcome == DnsOutcome.Unanswered)
        {
            check.Add(OurEvidence.SpfNamesUnanswered.Say(SpfCheck.Shown(term), Client));
            return SpfMatch.No;
        }

        if (names.Names.Outcome != DnsOutcome.Found)
            return check.CountVoid(SpfCheck.Shown(term), DnsName.Reverse(Client)) ? SpfMatch.No : SpfMatch.PermError;
        if (names.LeftOut > 0)
            check.Add(OurEvidence.SpfNamesLeftOut.Say(Client, names.LeftOut));
        return names.Confirmed.Any(known => DnsName.IsWithin(known, name)) ? SpfMatch.Yes : SpfMatch.No;
    }

    private ValueTask<DnsAnswer<IPAddress>> AddressesAsync(string name, CancellationToken cancel) =>
        IsFour ? check.Dns.Ipv4AddressesAsync(name, cancel) : check.Dns.Ipv6AddressesAsync(name, cancel);

    private SpfMatch? NoAnswer<T>(DnsAnswer<T> answer, SpfTerm term, string name) => answer.Outcome switch
    {
        DnsOutcome.Found => null,
        DnsOutcome.Unanswered => Silent(answer.Detail, term, name),
        _ => check.CountVoid(SpfCheck.Shown(term), name) ? SpfMatch.No : SpfMatch.PermError,
    };

    private SpfMatch Silent(Finding? cause, SpfTerm term, string name)
    {
        check.Add(OurEvidence.SpfTermUnanswered.Say(SpfCheck.Shown(term), SafeText.Of(name, 255), cause));
        return SpfMatch.TempError;
    }

    private bool IsIn(IPAddress address, SpfTerm term) =>
        address.AddressFamily == Client.AddressFamily
        && new IPNetwork(address.Masked(PrefixOf(term)), PrefixOf(term)).Contains(Client);

    private int PrefixOf(SpfTerm term) => IsFour ? term.Prefix4 : term.Prefix6;
}
