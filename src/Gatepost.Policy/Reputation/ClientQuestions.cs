using System.Net;
using Gatepost.Dns;

namespace Gatepost.Policy.Reputation;

/// <summary>Everything DNS is asked about one client, asked together when it connects and awaited where a rule needs it.</summary>
/// <remarks>The resolver bounds each question in time; a session that ends before costs nothing but the answers that still come.</remarks>
public sealed class ClientQuestions
{
    private readonly Task<DnsAnswer<string>>? reverse;
    private readonly Task<Listing[]>? listings;

    private ClientQuestions(Task<DnsAnswer<string>>? reverse, Task<Listing[]>? listings)
    {
        this.reverse = reverse;
        this.listings = listings;
    }

    /// <param name="lists">Empty where no rule asks them.</param>
    /// <param name="askReverse">Whether a rule wants the reverse name.</param>
    /// <param name="cancel">Ends when the server stops, not when a command has been judged.</param>
    public static ClientQuestions Ask(
        IPAddress client, IResolver dns, IReadOnlyList<Dnsbl> lists, bool askReverse, CancellationToken cancel) => new(
        askReverse ? dns.ReverseAsync(client, cancel).AsTask() : null,
        lists.Count > 0 ? Task.WhenAll(lists.Select(list => list.AskAsync(client, cancel).AsTask())) : null);

    /// <summary>The names of the client's address.</summary>
    public async ValueTask<DnsAnswer<string>> ReverseAsync(CancellationToken cancel) =>
        reverse is null ? new(DnsOutcome.Unanswered, [], Detail: "was not asked") : await reverse.WaitAsync(cancel);

    /// <summary>What each list says, in the order of the configuration.</summary>
    public async ValueTask<IReadOnlyList<Listing>> ListingsAsync(CancellationToken cancel) =>
        listings is null ? [] : await listings.WaitAsync(cancel);
}
