using System.Globalization;
using System.Net;
using DnsClient;
using DnsClient.Protocol;

namespace Gatepost.Dns;

/// <summary>Asks real resolvers, remembers answers up to their TTL, and never takes silence or a cancelled question for an answer.</summary>
public sealed class DnsResolver : IResolver
{
    private readonly DnsOptions options;
    private readonly TimeProvider time;
    private readonly AnswerCache cache;
    private readonly LookupClient client;
    private readonly Action<string?>? heard;

    /// <param name="heard">Told after each question that went out: null where a server answered, else what happened instead.</param>
    /// <exception cref="ArgumentException">The options have problems.</exception>
    public DnsResolver(DnsOptions options, TimeProvider time, Action<string?>? heard = null)
    {
        if (options.Problems().FirstOrDefault() is { } problem)
            throw new ArgumentException(problem, nameof(options));

        this.options = options;
        this.time = time;
        this.heard = heard;
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

    public ValueTask<DnsAnswer<IPAddress>> Ipv4AddressesAsync(string host, CancellationToken cancel) => AskAsync(host, QueryType.A, AddressOf, cancel);

    public ValueTask<DnsAnswer<string>> TxtAsync(string name, CancellationToken cancel) =>
        AskAsync(name, QueryType.TXT, static record => record is TxtRecord txt ? string.Concat(txt.Text) : null, cancel);

    public ValueTask<DnsAnswer<string>> ReverseAsync(IPAddress address, CancellationToken cancel) =>
        AskAsync(DnsName.Reverse(address), QueryType.PTR, static record => record is PtrRecord ptr ? ptr.PtrDomainName.Value.TrimEnd('.').ToLowerInvariant() : null, cancel);

    /// <summary>Both families as one answer; a silence counts only where nothing was found.</summary>
    internal static DnsAnswer<IPAddress> Join(DnsAnswer<IPAddress> four, DnsAnswer<IPAddress> six)
    {
        if (four.Outcome != DnsOutcome.Found && six.Outcome != DnsOutcome.Found)
            return six.Outcome == DnsOutcome.Unanswered && four.Outcome != DnsOutcome.Unanswered ? six : four;
        if (six.Outcome != DnsOutcome.Found)
            return four;
        if (four.Outcome != DnsOutcome.Found)
            return six;
        return new DnsAnswer<IPAddress>(DnsOutcome.Found, [.. four.Records, .. six.Records], four.Ttl < six.Ttl ? four.Ttl : six.Ttl, four.Authentic && six.Authentic);
    }

    private static IPAddress? AddressOf(DnsResourceRecord record) => record is AddressRecord { RecordType: ResourceRecordType.A or ResourceRecordType.AAAA } address ? address.Address : null;

    private ValueTask<DnsAnswer<T>> AskAsync<T>(string name, QueryType type, Func<DnsResourceRecord, T?> read, CancellationToken cancel)
        where T : class => AskAsync(name, type, record => read(record) is { } value ? (true, value) : (false, null!), cancel);

    private ValueTask<DnsAnswer<T>> AskAsync<T>(string name, QueryType type, Func<DnsResourceRecord, T?> read, CancellationToken cancel)
        where T : struct => AskAsync(name, type, record => read(record) is { } value ? (true, value) : (false, default), cancel);

    private async ValueTask<DnsAnswer<T>> AskAsync<T>(string name, QueryType type, Func<DnsResourceRecord, (bool, T)> read, CancellationToken cancel)
    {
        if (DnsName.Normalise(name) is not { } asked)
            return new DnsAnswer<T>(DnsOutcome.NoSuchName, [], Detail: "cannot be a name in DNS");

        string kind = type.ToString();
        if (cache.Find<T>(asked, kind) is { } known)
            return known;

        var answer = await QueryAsync(asked, type, read, cancel);
        heard?.Invoke(answer.Outcome == DnsOutcome.Unanswered ? answer.Detail ?? "no answer" : null);
        if (answer.Outcome == DnsOutcome.Found)
            cache.Keep(asked, kind, answer, answer.Ttl < DnsOptions.LongestTtl ? answer.Ttl : DnsOptions.LongestTtl);
        else if (answer.Outcome != DnsOutcome.Unanswered)
            cache.Keep(asked, kind, answer, DnsOptions.NegativeTtl);
        return answer;
    }

    private async ValueTask<DnsAnswer<T>> QueryAsync<T>(string name, QueryType type, Func<DnsResourceRecord, (bool Is, T Value)> read, CancellationToken cancel)
    {
        // The client bounds each try; this bounds all tries at all servers together.
        var longest = options.Timeout * (options.Retries + 1) * Math.Max(1, options.Servers.Count) + TimeSpan.FromSeconds(1);
        using var clock = new CancellationTokenSource(longest, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(clock.Token, cancel);
        try
        {
            var response = await client.QueryAsync(name, type, QueryClass.IN, either.Token);
            cancel.ThrowIfCancellationRequested();
            return Read(response, read);
        }
        catch (Exception) when (cancel.IsCancellationRequested)
        {
            // A cancelled look-up comes out of the client as a DNS error: it must never be read as one.
            throw new OperationCanceledException(cancel);
        }
        catch (DnsResponseException failure)
        {
            return Unanswered<T>(failure.Code == DnsResponseCode.ConnectionTimeout
                ? string.Create(CultureInfo.InvariantCulture, $"timed out after {options.Timeout.TotalSeconds} s, {options.Retries + 1} tries")
                : failure.DnsError ?? failure.Message);
        }
        catch (OperationCanceledException)
        {
            return Unanswered<T>(string.Create(CultureInfo.InvariantCulture, $"timed out after {longest.TotalSeconds} s"));
        }
        catch (Exception failure)
        {
            // Rubbish in the packet or a broken socket: nothing was learnt.
            return Unanswered<T>(failure.Message);
        }
    }

    private static DnsAnswer<T> Read<T>(IDnsQueryResponse response, Func<DnsResourceRecord, (bool Is, T Value)> read)
    {
        bool authentic = response.Header.IsAuthenticData;
        if (response.Header.ResponseCode == DnsHeaderResponseCode.NotExistentDomain)
            return new DnsAnswer<T>(DnsOutcome.NoSuchName, [], NegativeTtl(response), authentic);
        if (response.Header.ResponseCode != DnsHeaderResponseCode.NoError)
            return Unanswered<T>(Name(response.Header.ResponseCode));

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
            ? new DnsAnswer<T>(DnsOutcome.Found, records, TimeSpan.FromSeconds(ttl), authentic)
            : new DnsAnswer<T>(DnsOutcome.NoRecords, [], NegativeTtl(response), authentic);
    }

    /// <summary>How long a "no" holds by the zone's own word (RFC 2308 §5); zero where it says nothing.</summary>
    private static TimeSpan NegativeTtl(IDnsQueryResponse response) =>
        response.Authorities.OfType<SoaRecord>().FirstOrDefault() is { } soa ? TimeSpan.FromSeconds(Math.Min((uint)Math.Max(0, soa.InitialTimeToLive), soa.Minimum)) : TimeSpan.Zero;

    private static DnsAnswer<T> Unanswered<T>(string detail) => new(DnsOutcome.Unanswered, [], Detail: detail.ReplaceLineEndings(" "));

    private static string Name(DnsHeaderResponseCode code) => code switch
    {
        DnsHeaderResponseCode.ServerFailure => "SERVFAIL",
        DnsHeaderResponseCode.Refused => "REFUSED",
        DnsHeaderResponseCode.FormatError => "FORMERR",
        DnsHeaderResponseCode.NotImplemented => "NOTIMP",
        _ => code.ToString(),
    };
}
