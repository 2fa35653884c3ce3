using System.Net;
using Gatepost.Dns;
using Gatepost.MailAuth.Iprev;

namespace Gatepost.Policy.Reputation;

/// <summary>Everything DNS is asked about one client, asked together when it connects and awaited where it is needed.</summary>
/// <remarks>The resolver bounds each question in time; a session that ends before costs nothing but the answers that still come.</remarks>
public sealed class ClientQuestions
{
    /// <summary>How long a complete message waits for the name of its client before it is recorded without one.</summary>
    private static readonly TimeSpan NamePatience = TimeSpan.FromSeconds(5);

    private readonly Task<DnsAnswer<string>> reverse;
    private readonly Task<ReverseNames> name;
    private readonly Task<Listing[]>? listings;

    private ClientQuestions(Task<DnsAnswer<string>> reverse, Task<ReverseNames> name, Task<Listing[]>? listings)
    {
        this.reverse = reverse;
        this.name = name;
        this.listings = listings;
    }

    /// <summary>The client's name, once it is known and leads back to its address; null before and where it does not.</summary>
    public string? ConfirmedName => name is { IsCompletedSuccessfully: true, Result.Confirmed: [var first, ..] } ? first : null;

    /// <param name="lists">Empty if no rule asks them.</param>
    /// <param name="cancel">Ends when the server stops, not when a command has been judged.</param>
    public static ClientQuestions Ask(IPAddress client, IResolver dns, IReadOnlyList<Dnsbl> lists, CancellationToken cancel)
    {
        var reverse = dns.ReverseAsync(client, cancel).AsTask();
        return new ClientQuestions(
            reverse,
            ReverseNames.AskAsync(dns, client, reverse, cancel),
            lists.Count > 0 ? Task.WhenAll(lists.Select(list => list.AskAsync(client, cancel).AsTask())) : null);
    }

    /// <summary>The names of the client's address.</summary>
    public async ValueTask<DnsAnswer<string>> ReverseAsync(CancellationToken cancel) => await reverse.WaitAsync(cancel);

    /// <summary>The names, and which of them leads back.</summary>
    public async ValueTask<ReverseNames> NameAsync(CancellationToken cancel) => await name.WaitAsync(cancel);

    /// <summary>Waits until the name is known, 5 seconds at most. Never throws for a slow or failed answer.</summary>
    public async ValueTask AwaitNameAsync(TimeProvider time, CancellationToken cancel)
    {
        if (name.IsCompleted)
            return;
        try
        {
            await name.WaitAsync(NamePatience, time, cancel);
        }
        catch (TimeoutException)
        {
            // DNS is slow: the message is more important than the name in its Received field.
        }
    }

    /// <summary>What each list says, in the order of the configuration.</summary>
    public async ValueTask<IReadOnlyList<Listing>> ListingsAsync(CancellationToken cancel) =>
        listings is null ? [] : await listings.WaitAsync(cancel);
}
