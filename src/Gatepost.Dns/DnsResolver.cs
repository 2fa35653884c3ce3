using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using DnsClient;
using DnsClient.Protocol;
using Gatepost.Replies;

namespace Gatepost.Dns;

/// <summary>
/// Asks real resolvers, remembers answers up to their TTL, and never takes silence or a cancelled question for an answer.
/// </summary>
public sealed class DnsResolver : IResolver
{
    /// <summary>Aliases followed by ourselves; a longer chain is a loop.</summary>
    private const int MaxAliases = 8;

    /// <summary>Questions on their way together: each has a socket of its own, and others decide how many are asked.</summary>
    private const int MostQuestions = 500;

    private readonly SemaphoreSlim places = new(MostQuestions);
    private readonly DnsOptions options;
    private readonly TimeProvider time;
    private readonly AnswerCache cache;
    private readonly LookupClient client;
    private readonly ConcurrentDictionary<(string Name, QueryType Type), object> running = new();
    private readonly Action<Finding?>? heard;
    private readonly Action<Exception>? report;
    private readonly bool believesAuthentic;
    private bool reported;

    /// <param name="heard">Called after each question that went out: null if a server answered, else what happened instead.</param>
    /// <param name="report">Called for the first failure that can only be a fault of ours.</param>
    /// <exception cref="ArgumentException">The options have problems.</exception>
    public DnsResolver(DnsOptions options, TimeProvider time, Action<Finding?>? heard = null, Action<Exception>? report = null)
    {
        if (options.Problems().FirstOrDefault() is { } problem)
            throw new ArgumentException(problem, nameof(options));

        this.options = options;
        this.time = time;
        this.heard = heard;
        this.report = report;
        cache = new AnswerCache(DnsOptions.CacheEntries, time);
        var asked = options.Servers.Count > 0 ? new LookupClientOptions([.. options.Servers]) : new LookupClientOptions();
        // The client's own cache is unbounded, so it stays off. Only with DO set does a validating resolver show the AD bit.
        asked.UseCache = false;
        asked.Timeout = options.Timeout;
        asked.Retries = options.Retries;
        asked.ThrowDnsErrors = false;
        asked.ContinueOnDnsError = true;
        asked.ContinueOnEmptyResponse = false;
        asked.UseTcpFallback = true;
        asked.RequestDnsSecRecords = true;
        asked.UseRandomNameServer = false;
        client = new LookupClient(asked);
        believesAuthentic = options.Dnssec == DnssecTrust.Trusted
            || (options.Dnssec == DnssecTrust.Local
                && client.NameServers.All(server => IPAddress.TryParse(server.Address, out var address) && IPAddress.IsLoopback(address)));
    }

    public ValueTask<DnsAnswer<MxRecord>> MxAsync(string domain, CancellationToken cancel) =>
        AskAsync(domain, QueryType.MX, static record => record is DnsClient.Protocol.MxRecord mx
            ? new MxRecord(mx.Preference, mx.Exchange.Value.TrimEnd('.').ToLowerInvariant())
            : (MxRecord?)null, cancel);

    public async ValueTask<DnsAnswer<IPAddress>> AddressesAsync(string host, CancellationToken cancel)
    {
        var four = AskAsync(host, QueryType.A, AddressOf, cancel).AsTask();
        var six = AskAsync(host, QueryType.AAAA, AddressOf, cancel).AsTask();
        await Task.WhenAll(four, six);
        return Join(await four, await six);
    }

    public ValueTask<DnsAnswer<IPAddress>> Ipv4AddressesAsync(string host, CancellationToken cancel) =>
        AskAsync(host, QueryType.A, AddressOf, cancel);

    public ValueTask<DnsAnswer<IPAddress>> Ipv6AddressesAsync(string host, CancellationToken cancel) =>
        AskAsync(host, QueryType.AAAA, AddressOf, cancel);

    public ValueTask<DnsAnswer<string>> TxtAsync(string name, CancellationToken cancel) =>
        AskAsync(name, QueryType.TXT, static record => record is TxtRecord txt ? string.Concat(txt.Text) : null, cancel);

    public async ValueTask<DnsAnswer<string>> FreshTxtAsync(string name, CancellationToken cancel) =>
        DnsName.Normalise(name) is { } asked
            ? await AskServersAsync(asked, QueryType.TXT, static record =>
                record is TxtRecord txt ? (true, string.Concat(txt.Text)) : (false, ""))
                .WaitAsync(cancel)
            : new DnsAnswer<string>(DnsOutcome.NoSuchName, [], Detail: OurEvidence.DnsNotAName.Say());

    public ValueTask<DnsAnswer<string>> ReverseAsync(IPAddress address, CancellationToken cancel) =>
        AskAsync(DnsName.Reverse(address), QueryType.PTR, static record =>
            record is PtrRecord ptr ? ptr.PtrDomainName.Value.TrimEnd('.').ToLowerInvariant() : null, cancel);

    public ValueTask<DnsAnswer<TlsaRecord>> TlsaAsync(string name, CancellationToken cancel) =>
        AskAsync(name, QueryType.TLSA, static record => record is DnsClient.Protocol.TlsaRecord tlsa
            ? new TlsaRecord(
                (byte)tlsa.CertificateUsage, (byte)tlsa.Selector, (byte)tlsa.MatchingType,
                Convert.ToHexStringLower([.. tlsa.CertificateAssociationData]))
            : null, cancel);

    public ValueTask<DnsAnswer<SrvRecord>> SrvAsync(string name, CancellationToken cancel) =>
        AskAsync(name, QueryType.SRV, static record => record is DnsClient.Protocol.SrvRecord srv
            ? new SrvRecord(srv.Priority, srv.Weight, srv.Port, srv.Target.Value.TrimEnd('.').ToLowerInvariant())
            : (SrvRecord?)null, cancel);

    public async ValueTask<bool> ValidatesAsync(CancellationToken cancel) =>
        believesAuthentic && (await TxtAsync(options.SignedName, cancel)).Authentic;

    public ValueTask<DnsAnswer<string>> AliasAsync(string name, CancellationToken cancel) =>
        AskAsync(name, QueryType.CNAME, static record =>
            record is CNameRecord alias ? alias.CanonicalName.Value.TrimEnd('.').ToLowerInvariant() : null, cancel);

    /// <summary>Both families as one answer; a silence counts only where nothing was found.</summary>
    internal static DnsAnswer<IPAddress> Join(DnsAnswer<IPAddress> four, DnsAnswer<IPAddress> six)
    {
        if (four.Outcome != DnsOutcome.Found && six.Outcome != DnsOutcome.Found)
            return six.Outcome == DnsOutcome.Unanswered && four.Outcome != DnsOutcome.Unanswered ? six : four;
        if (six.Outcome != DnsOutcome.Found)
            return four;
        if (four.Outcome != DnsOutcome.Found)
            return six;
        return new DnsAnswer<IPAddress>(
            DnsOutcome.Found, [.. four.Records, .. six.Records], four.Ttl < six.Ttl ? four.Ttl : six.Ttl, four.Authentic && six.Authentic)
        {
            Canonical = four.Canonical,
        };
    }

    private static IPAddress? AddressOf(DnsResourceRecord record) =>
        record is AddressRecord { RecordType: ResourceRecordType.A or ResourceRecordType.AAAA } address ? address.Address : null;

    private ValueTask<DnsAnswer<T>> AskAsync<T>(string name, QueryType type, Func<DnsResourceRecord, T?> read, CancellationToken cancel)
        where T : class => AskAsync(name, type, record => read(record) is { } value ? (true, value) : (false, null!), cancel);

    private ValueTask<DnsAnswer<T>> AskAsync<T>(string name, QueryType type, Func<DnsResourceRecord, T?> read, CancellationToken cancel)
        where T : struct => AskAsync(name, type, record => read(record) is { } value ? (true, value) : (false, default), cancel);

    private async ValueTask<DnsAnswer<T>> AskAsync<T>(
        string name, QueryType type, Func<DnsResourceRecord, (bool, T)> read, CancellationToken cancel)
    {
        if (DnsName.Normalise(name) is not { } asked)
            return new DnsAnswer<T>(DnsOutcome.NoSuchName, [], Detail: OurEvidence.DnsNotAName.Say());

        cancel.ThrowIfCancellationRequested();
        if (cache.Find<T>(asked, type.ToString()) is { } known)
            return known;

        // A burst of sessions asks once. A caller that gives up leaves the question to the others.
        var question = (Lazy<Task<DnsAnswer<T>>>)running.GetOrAdd(
            (asked, type), key => new Lazy<Task<DnsAnswer<T>>>(() => AskOnceAsync(key, read)));
        return await question.Value.WaitAsync(cancel);
    }

    private async Task<DnsAnswer<T>> AskOnceAsync<T>((string Name, QueryType Type) key, Func<DnsResourceRecord, (bool, T)> read)
    {
        try
        {
            return await AskServersAsync(key.Name, key.Type, read);
        }
        finally
        {
            running.TryRemove(key, out _);
        }
    }

    private async Task<DnsAnswer<T>> AskServersAsync<T>(string asked, QueryType type, Func<DnsResourceRecord, (bool, T)> read)
    {
        string kind = type.ToString();
        var answer = await QueryAsync(asked, type, read);
        heard?.Invoke(answer.Outcome == DnsOutcome.Unanswered ? answer.Detail ?? OurEvidence.DnsSilence.Say() : null);
        if (answer.Outcome == DnsOutcome.Found)
            cache.Keep(asked, kind, answer, answer.Ttl < DnsOptions.LongestTtl ? answer.Ttl : DnsOptions.LongestTtl);
        else if (answer.Outcome != DnsOutcome.Unanswered)
            cache.Keep(asked, kind, answer, DnsOptions.NegativeTtl);
        return answer;
    }

    private async ValueTask<DnsAnswer<T>> QueryAsync<T>(string name, QueryType type, Func<DnsResourceRecord, (bool Is, T Value)> read)
    {
        // The client bounds each try; this bounds all tries at all servers together.
        var longest = options.Timeout * (options.Retries + 1) * Math.Max(1, options.Servers.Count) + TimeSpan.FromSeconds(1);
        using var clock = new CancellationTokenSource(longest, time);
        bool asking = false;
        try
        {
            await places.WaitAsync(clock.Token);
            asking = true;
            var response = await client.QueryAsync(name, type, QueryClass.IN, clock.Token);
            // A resolver sends the whole chain; an authoritative server stops where another zone begins.
            // A loop of aliases is an answer with nothing at its end.
            var passed = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { name };
            bool authentic = response.Header.IsAuthenticData;
            string? canonical = null;
            while (Dangling(response, type) is { } alias && passed.Count <= MaxAliases && passed.Add(alias))
            {
                canonical = alias;
                response = await client.QueryAsync(alias, type, QueryClass.IN, clock.Token);
                authentic &= response.Header.IsAuthenticData;
            }

            var answer = Read(response, read);
            return answer with { Authentic = authentic && believesAuthentic, Canonical = LastAlias(response) ?? canonical };
        }
        catch (DnsResponseException failure)
        {
            return Unanswered<T>(failure.Code == DnsResponseCode.ConnectionTimeout
                ? OurEvidence.DnsTimeout.Say(options.Timeout, options.Retries + 1)
                : Said(failure.DnsError ?? failure.Message));
        }
        catch (OperationCanceledException)
        {
            return Unanswered<T>(OurEvidence.DnsTimeoutInAll.Say(longest));
        }
        catch (Exception failure)
        {
            // Rubbish in the packet or a broken socket: nothing was learnt. Anything else is a fault of ours and reported once.
            bool isExpected = failure is SocketException or IOException or DnsResponseParseException or FormatException
                or InvalidOperationException;
            if (!isExpected && Interlocked.Exchange(ref reported, true) == false)
                report?.Invoke(failure);
            return Unanswered<T>(Said(failure.Message));
        }
        finally
        {
            if (asking)
                places.Release();
        }
    }

    /// <summary>The name at which a chain of aliases ends without records and without a word of the zone that there are none.</summary>
    private static string? Dangling(IDnsQueryResponse response, QueryType type)
    {
        if (response.Header.ResponseCode != DnsHeaderResponseCode.NoError || response.Authorities.OfType<SoaRecord>().Any())
            return null;
        return response.Answers.Any(record => (int)record.RecordType == (int)type) ? null : LastAlias(response);
    }

    private static string? LastAlias(IDnsQueryResponse response) =>
        response.Answers.OfType<CNameRecord>().LastOrDefault()?.CanonicalName.Value.TrimEnd('.').ToLowerInvariant();

    private static DnsAnswer<T> Read<T>(IDnsQueryResponse response, Func<DnsResourceRecord, (bool Is, T Value)> read)
    {
        if (response.Header.ResponseCode == DnsHeaderResponseCode.NotExistentDomain)
            return new DnsAnswer<T>(DnsOutcome.NoSuchName, [], NegativeTtl(response));
        if (response.Header.ResponseCode != DnsHeaderResponseCode.NoError)
            return Unanswered<T>(Said(Name(response.Header.ResponseCode)));

        var records = new List<T>();
        int ttl = int.MaxValue;
        foreach (var record in response.Answers)
        {
            if (record.RecordType is ResourceRecordType.RRSIG)
                continue;
            ttl = Math.Min(ttl, record.InitialTimeToLive);
            if (read(record) is (true, var value))
                records.Add(value);
        }

        return records.Count > 0
            ? new DnsAnswer<T>(DnsOutcome.Found, records, TimeSpan.FromSeconds(ttl))
            : new DnsAnswer<T>(DnsOutcome.NoRecords, [], NegativeTtl(response));
    }

    /// <summary>How long a "no" holds by the zone's own word (RFC 2308 §5); zero where it says nothing.</summary>
    private static TimeSpan NegativeTtl(IDnsQueryResponse response) =>
        response.Authorities.OfType<SoaRecord>().FirstOrDefault() is { } soa
            ? TimeSpan.FromSeconds(Math.Min((uint)Math.Max(0, soa.InitialTimeToLive), soa.Minimum)) : TimeSpan.Zero;

    private static DnsAnswer<T> Unanswered<T>(Finding detail) => new(DnsOutcome.Unanswered, [], Detail: detail);

    private static Finding Said(string words) => OurEvidence.DnsServerSaid.Say(words.ReplaceLineEndings(" "));

    private static string Name(DnsHeaderResponseCode code) => code switch
    {
        DnsHeaderResponseCode.ServerFailure => "SERVFAIL",
        DnsHeaderResponseCode.Refused => "REFUSED",
        DnsHeaderResponseCode.FormatError => "FORMERR",
        DnsHeaderResponseCode.NotImplemented => "NOTIMP",
        _ => code.ToString(),
    };
}
