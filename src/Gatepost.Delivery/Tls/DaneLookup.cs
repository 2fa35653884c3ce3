using System.Globalization;
using Gatepost.Dns;
using Gatepost.Replies;

namespace Gatepost.Delivery.Tls;

/// <summary>What TLSA records mean for one host.</summary>
internal enum DaneState
{
    /// <summary>DNSSEC does not vouch for the way to the host: records may be there, and prove nothing.</summary>
    Insecure,

    /// <summary>The way is authentic, and there are no records.</summary>
    NoRecords,

    /// <summary>None can be used: TLS is demanded, with any certificate.</summary>
    Unusable,

    /// <summary>The certificate must match one.</summary>
    Usable,

    /// <summary>DNS gave no answer, or one that does not validate: nothing may be sent to the host (RFC 7672 §2.1.2).</summary>
    Unanswered,
}

/// <summary>The TLSA records of one host, or why there are none.</summary>
/// <param name="Why">For people.</param>
internal sealed record DaneFound(DaneState State, Finding Why)
{
    /// <summary>Null unless they were found.</summary>
    public TlsaSet? Records { get; init; }

    /// <summary>The name they are published for, to be sent as SNI and looked for in certificates of usage 2.</summary>
    public string? Base { get; init; }

    /// <summary>For <see cref="DaneState.Unanswered"/>: what happened.</summary>
    public Finding? Cause { get; init; }
}

/// <summary>Looks for the TLSA records of a host (RFC 7672 §2.2).</summary>
internal sealed class DaneLookup(IResolver dns)
{
    /// <param name="domain">Where the mail goes.</param>
    /// <param name="host">The MX host, before its aliases.</param>
    public async ValueTask<DaneFound> FindAsync(string domain, string host, int port, HostProof proof, CancellationToken cancel)
    {
        if (!proof.IsMxAuthentic)
            return new DaneFound(DaneState.Insecure, OurEvidence.DaneMxInsecure.Say(domain));
        if (proof.IsAddressAuthentic)
        {
            // The end of the aliases first, the host's own name where nothing is there (RFC 7672 §2.2.2).
            if (proof.Canonical is { } canonical && canonical != host
                && await AskAsync(canonical, port, cancel) is { State: not (DaneState.NoRecords or DaneState.Insecure) } end)
                return end;
            return await AskAsync(host, port, cancel);
        }

        // An alias that leads out of the signed zone: the step itself may be authentic, and the name before it have records.
        if (proof.Canonical is not null && await dns.AliasAsync(host, cancel) is { Outcome: DnsOutcome.Found, Authentic: true })
            return await AskAsync(host, port, cancel);
        return new DaneFound(DaneState.Insecure, OurEvidence.DaneHostInsecure.Say(host));
    }

    private async ValueTask<DaneFound> AskAsync(string host, int port, CancellationToken cancel)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"_{port}._tcp.{host}");
        var answer = await dns.TlsaAsync(name, cancel);
        if (answer.Outcome == DnsOutcome.Unanswered)
        {
            return new DaneFound(DaneState.Unanswered, OurEvidence.DaneRecordsUnanswered.Say(name, answer.Detail))
            {
                Cause = answer.Detail,
            };
        }

        if (answer.Outcome != DnsOutcome.Found)
            return new DaneFound(DaneState.NoRecords, OurEvidence.DaneNoRecords.Say(name));
        if (!answer.Authentic)
            return new DaneFound(DaneState.Insecure, OurEvidence.DaneRecordsInsecure.Say(name));
        var records = new TlsaSet(answer.Records);
        return records.Usable.Count > 0
            ? new DaneFound(DaneState.Usable, OurEvidence.DaneDemands.Say(name, records.Summary)) { Records = records, Base = host }
            : new DaneFound(DaneState.Unusable, OurEvidence.DaneUnusable.Say(name, records.Summary)) { Records = records, Base = host };
    }
}
