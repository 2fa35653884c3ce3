using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Policy.Scanners;

/// <summary>
/// Asks rspamd by HTTP: <c>POST /checkv2</c> with the envelope in headers (rspamd's "Protocol" page); its action decides.
/// </summary>
public sealed class RspamdScanner : IScanner, IDisposable
{
    private const int MaxReply = 1024 * 1024;
    private const int MostSymbols = 20;

    private readonly ScannerOptions options;
    private readonly HttpClient http;

    /// <param name="handler">How to reach it; disposed with this.</param>
    public RspamdScanner(ScannerOptions options, HttpMessageHandler handler)
    {
        this.options = options;
        http = new HttpClient(
            handler)
        { BaseAddress = new Uri("http://rspamd/"), Timeout = options.Timeout, MaxResponseContentBufferSize = MaxReply };
    }

    public string Name => options.Name;

    /// <summary>A handler that connects to that address, whatever the request says.</summary>
    public static HttpMessageHandler HandlerFor(FilterAddress address) => new SocketsHttpHandler
    {
        ConnectCallback = (_, cancel) => address.ConnectAsync(cancel),
        PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
        MaxConnectionsPerServer = 64,
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
    };

    /// <summary>
    /// Closes the connections. A scanner that a reload replaces is not disposed: sessions that began before the reload still ask it, and
    /// its idle connections close by themselves.
    /// </summary>
    public void Dispose() => http.Dispose();

    public async ValueTask<Scan> ScanAsync(Session session, CancellationToken cancel)
    {
        // A text without header would become one together with our fields.
        string head = string.Concat(session.AddedFields) + (session is { LacksHeader: true, AddedFields.Count: > 0 } ? "\r\n" : "");
        using var message = new DraftContent(Encoding.UTF8.GetBytes(head), session.Draft!);
        try
        {
            using var request = Ask(session, message);
            using var response = await http.SendAsync(request, cancel);
            if (!response.IsSuccessStatusCode)
                return Scan.Away(Name, OurEvidence.HttpAnswered.Say((int)response.StatusCode));
            await using var body = await response.Content.ReadAsStreamAsync(cancel);
            using var answer = await JsonDocument.ParseAsync(body, cancellationToken: cancel);
            return Read(answer.RootElement);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return Scan.Away(Name, OurEvidence.NoAnswerWithin.Say(options.Timeout));
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or SocketException or JsonException
            or InvalidOperationException or FormatException)
        {
            return Scan.Away(Name, failure.InnerException ?? failure);
        }
        finally
        {
            await message.StopAsync();
        }
    }

    private static HttpRequestMessage Ask(Session session, DraftContent message)
    {
        var draft = session.Draft!;
        var request = new HttpRequestMessage(HttpMethod.Post, "checkv2") { Content = message };
        Add("IP", session.Client.Address.ToString());
        Add("Helo", session.Helo);
        Add("Hostname", session.ClientName);
        Add("From", session.Envelope?.Sender?.ToString());
        Add("User", session.User);
        Add("Queue-Id", draft.QueueId);
        Add("MTA-Name", session.HostName);
        foreach (var recipient in session.Envelope?.Recipients ?? [])
            Add("Rcpt", recipient.Address.ToString());
        return request;

        // A value an HTTP header cannot hold is left out: rspamd then knows less, and nothing can break out of the line.
        void Add(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value) && !value.AsSpan().ContainsAnyExceptInRange(' ', '~'))
                request.Headers.TryAddWithoutValidation(name, value);
        }
    }

    private Scan Read(JsonElement answer)
    {
        string action = answer.TryGetProperty("action", out var said) && said.ValueKind == JsonValueKind.String ? said.GetString()! : "";
        double score = Number(answer, "score"), limit = Number(answer, "required_score");
        var symbols = Symbols(answer);
        var facts = new List<Fact>
        {
            OurFacts.Action.Is(action),
            OurFacts.Score.Is(OurEvidence.ScoreOf.Say(score, limit)),
            OurFacts.Symbols.Is(
                [
                    .. symbols.Take(MostSymbols)
                    .Select(symbol => string.Create(CultureInfo.InvariantCulture, $"{symbol.Name} {symbol.Score:0.##}"))]),
        };
        return action switch
        {
            "no action" or "greylist" => new Scan(ScanOutcome.Clean, Name, action, score, limit, facts),
            "add header" or "rewrite subject" =>
                new Scan(ScanOutcome.Clean, Name, action, score, limit, facts) { Fields = Marks(score, limit) },
            "soft reject" => new Scan(ScanOutcome.Deferred, Name, Words(answer) ?? action, score, limit, facts),
            "quarantine" or "discard" => new Scan(ScanOutcome.KeptBack, Name, Words(answer) ?? action, score, limit, facts),
            "reject" => new Scan(Kind(symbols), Name, Words(answer) ?? action, score, limit, facts),
            _ => Scan.Away(Name, OurEvidence.UnknownAction.Say(action)),
        };
    }

    /// <summary>For the filters of mailboxes. The subject is not ours to write: both actions mark.</summary>
    private static IReadOnlyList<string> Marks(double score, double limit) =>
        ["X-Spam: Yes\r\n", string.Create(CultureInfo.InvariantCulture, $"X-Spam-Score: {score:0.##} of {limit:0.##}\r\n")];

    private ScanOutcome Kind(List<(string Name, double Score)> symbols) =>
        symbols.Any(symbol => ScannerOptions.VirusSymbols.Contains(symbol.Name)) ? ScanOutcome.Virus
        : symbols.Any(symbol => ScannerOptions.BulkSymbols.Contains(symbol.Name)) ? ScanOutcome.Bulk
        : ScanOutcome.Spam;

    private static List<(string Name, double Score)> Symbols(JsonElement answer) =>
        answer.TryGetProperty("symbols", out var symbols) && symbols.ValueKind == JsonValueKind.Object
            ? [.. symbols.EnumerateObject().Select(symbol => (symbol.Name, Number(symbol.Value, "score")))
                .OrderByDescending(symbol => Math.Abs(symbol.Item2))]
            : [];

    private static string? Words(JsonElement answer) =>
        answer.TryGetProperty("messages", out var messages) && messages.ValueKind == JsonValueKind.Object
        && messages.TryGetProperty("smtp_message", out var words) && words.GetString() is { Length: > 0 } text
            ? text.Length > 200 ? text[..200] : text
            : null;

    private static double Number(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var number)
            && number.ValueKind == JsonValueKind.Number ? number.GetDouble() : 0;
}
