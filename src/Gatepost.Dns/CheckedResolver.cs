using System.Net;
using Gatepost.Replies;

namespace Gatepost.Dns;

/// <summary>What was found out about the resolver itself.</summary>
public enum ResolverLie
{
    /// <summary>It answers truthfully, as far as can be seen.</summary>
    None,

    /// <summary>It denies a name that must exist: then its other denials mean nothing either.</summary>
    Denies,

    /// <summary>It gives an address to a name that cannot exist (RFC 6761 §6.4), as resolvers do that lead to a search page.</summary>
    Invents,
}

/// <summary>
/// A resolver that denies everything must not make us refuse everything: a "no" counts only while a name that must exist is known.
/// Otherwise it is passed on as no answer.
/// </summary>
/// <param name="inner">Asked.</param>
/// <param name="mustExist">A name with an address; empty believes every denial.</param>
/// <param name="found">Called after each check.</param>
public sealed class CheckedResolver(IResolver inner, string mustExist, TimeProvider time, Action<ResolverLie> found) : IResolver
{
    /// <summary>RFC 6761 §6.4: never delegated.</summary>
    private const string CannotExist = "gatepost-resolver-check.invalid";

    /// <summary>How long a check holds.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(1);

    /// <summary>A resolver without a way to the world says nothing about the name; then its "no" to others is believed.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly Lock sync = new();
    private Task<bool>? check;
    private long checkedAt;

    public ValueTask<DnsAnswer<MxRecord>> MxAsync(string domain, CancellationToken cancel) =>
        BelievedAsync(inner.MxAsync(domain, cancel), cancel);

    public ValueTask<DnsAnswer<IPAddress>> AddressesAsync(string host, CancellationToken cancel) =>
        BelievedAsync(inner.AddressesAsync(host, cancel), cancel);

    /// <summary>Block lists deny nearly every name, and are checked by names of their own.</summary>
    public ValueTask<DnsAnswer<IPAddress>> Ipv4AddressesAsync(string host, CancellationToken cancel) =>
        inner.Ipv4AddressesAsync(host, cancel);

    public ValueTask<DnsAnswer<IPAddress>> Ipv6AddressesAsync(string host, CancellationToken cancel) =>
        BelievedAsync(inner.Ipv6AddressesAsync(host, cancel), cancel);

    public ValueTask<DnsAnswer<string>> TxtAsync(string name, CancellationToken cancel) =>
        BelievedAsync(inner.TxtAsync(name, cancel), cancel);

    public ValueTask<DnsAnswer<string>> FreshTxtAsync(string name, CancellationToken cancel) =>
        BelievedAsync(inner.FreshTxtAsync(name, cancel), cancel);

    public ValueTask<DnsAnswer<string>> ReverseAsync(IPAddress address, CancellationToken cancel) =>
        BelievedAsync(inner.ReverseAsync(address, cancel), cancel);

    /// <summary>What is missing here demands nothing, so a denial must be believed only if it is one.</summary>
    public ValueTask<DnsAnswer<TlsaRecord>> TlsaAsync(string name, CancellationToken cancel) =>
        BelievedAsync(inner.TlsaAsync(name, cancel), cancel);

    public ValueTask<DnsAnswer<SrvRecord>> SrvAsync(string name, CancellationToken cancel) =>
        BelievedAsync(inner.SrvAsync(name, cancel), cancel);

    public ValueTask<bool> ValidatesAsync(CancellationToken cancel) => inner.ValidatesAsync(cancel);

    public ValueTask<DnsAnswer<string>> AliasAsync(string name, CancellationToken cancel) =>
        BelievedAsync(inner.AliasAsync(name, cancel), cancel);

    private async ValueTask<DnsAnswer<T>> BelievedAsync<T>(ValueTask<DnsAnswer<T>> asking, CancellationToken cancel)
    {
        var answer = await asking;
        if (mustExist.Length == 0 || answer.Outcome is not (DnsOutcome.NoSuchName or DnsOutcome.NoRecords)
            || !await DeniesAllAsync(cancel))
            return answer;
        return new DnsAnswer<T>(DnsOutcome.Unanswered, [], Detail: OurEvidence.DnsDeniesAll.Say(mustExist));
    }

    private async ValueTask<bool> DeniesAllAsync(CancellationToken cancel)
    {
        Task<bool> running;
        lock (sync)
        {
            if (check is null || (check.IsCompleted && time.GetElapsedTime(checkedAt) >= Fresh))
            {
                checkedAt = time.GetTimestamp();
                check = CheckAsync();
            }

            running = check;
        }

        try
        {
            return running.IsCompleted ? await running : await running.WaitAsync(Patience, time, cancel);
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private async Task<bool> CheckAsync()
    {
        var real = inner.Ipv4AddressesAsync(mustExist, CancellationToken.None).AsTask();
        var unreal = inner.Ipv4AddressesAsync(CannotExist, CancellationToken.None).AsTask();
        bool denies = (await real).Outcome is DnsOutcome.NoSuchName or DnsOutcome.NoRecords;
        bool invents = (await unreal).Outcome == DnsOutcome.Found;
        found(denies ? ResolverLie.Denies : invents ? ResolverLie.Invents : ResolverLie.None);
        return denies;
    }
}
