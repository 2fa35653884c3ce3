using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Gatepost.Delivery.Queue;
using Gatepost.Policy.Directory;
using Gatepost.Policy.Quarantine;
using Gatepost.Replies;
using Gatepost.Smtp;
using Gatepost.Smtp.Search;
using Gatepost.Web.Control;

namespace Gatepost.Control;

/// <summary>Speaks to the running server by one of its Unix sockets.</summary>
internal sealed class ControlClient : IQueueControl, IDirectoryControl, IKeyControl, ICertificateControl, IReportControl
{
    private readonly HttpClient http;
    private readonly string socket;

    private ControlClient(string socket)
    {
        this.socket = socket;
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            ConnectCallback = async (_, cancel) => new NetworkStream(await DialAsync(socket, cancel), ownsSocket: true),
        };
        // Long listings and reloads take their time; a server that died closes the socket.
        http = new HttpClient(handler) { BaseAddress = new Uri("http://gatepost/"), Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>The running server, or null if nothing listens at the socket.</summary>
    /// <exception cref="ControlException">There is a server, but this user may not speak to it.</exception>
    public static async Task<ControlClient?> FindAsync(string socket, CancellationToken cancel)
    {
        try
        {
            (await DialAsync(socket, cancel)).Dispose();
            return new ControlClient(socket);
        }
        catch (SocketException refused) when (refused.SocketErrorCode == SocketError.AccessDenied)
        {
            throw new ControlException(
                ExitCode.Unavailable, OurEvidence.ServerNotYours.Say(socket));
        }
        catch (SocketException)
        {
            return null;
        }
    }

    public async Task<ServerStatus> StatusAsync(CancellationToken cancel) =>
        await ReadAsync(await SendAsync(HttpMethod.Get, "v1/status", null, cancel), ControlJson.Lines.ServerStatus, cancel);

    public async Task<PanelLink> MakePanelLinkAsync(CancellationToken cancel) =>
        await ReadAsync(await SendAsync(HttpMethod.Post, "v1/panel/link", null, cancel), ControlJson.Lines.PanelLink, cancel);

    public async Task<int> ReleaseClientAsync(IPAddress client, CancellationToken cancel) =>
        (
            await ReadAsync(
                await SendAsync(HttpMethod.Post, $"v1/clients/release?address={Uri.EscapeDataString(client.ToString())}", null, cancel),
                ControlJson.Lines.ClientReleased, cancel)).Blocks;

    public async Task<Reloaded> ReloadAsync(CancellationToken cancel) =>
        await ReadAsync(await SendAsync(HttpMethod.Post, "v1/reload", null, cancel), ControlJson.Lines.Reloaded, cancel);

    /// <param name="write">Writes header and body with CRLF line ends.</param>
    public async Task<Submitted> SubmitAsync(SubmitRequest request, Func<Stream, Task> write, CancellationToken cancel) =>
        await ReadAsync(await SendAsync(HttpMethod.Post, "v1/messages", new MessageContent(request, write), cancel),
            ControlJson.Lines.Submitted, cancel);

    public IAsyncEnumerable<QueueItem> ListAsync(QueueFilter filter, CancellationToken cancel) =>
        LinesAsync(
            HttpMethod.Post, "v1/queue/list", JsonContent(filter, ControlJson.Lines.QueueFilter), ControlJson.Lines.QueueItem, cancel);

    public async Task<int> ChangeAsync(QueueChange change, QueueFilter filter, CancellationToken cancel)
    {
        var answer = await SendAsync(HttpMethod.Post, $"v1/queue/{change.ToString().ToLowerInvariant()}",
            JsonContent(filter, ControlJson.Lines.QueueFilter), cancel);
        return (await ReadAsync(answer, ControlJson.Lines.QueueChanged, cancel)).Recipients;
    }

    public IAsyncEnumerable<JournalEvent> FindAsync(string key, long after, int max, CancellationToken cancel) =>
        LinesAsync(
            HttpMethod.Get, string.Create(CultureInfo.InvariantCulture,
                $"v1/journal?key={Uri.EscapeDataString(key)}&after={after}&max={max}"), null, ControlJson.Lines.JournalEvent, cancel);

    public IAsyncEnumerable<JournalEvent> FindBetweenAsync(
        DateTimeOffset since, DateTimeOffset until, long after, int max, CancellationToken cancel) =>
        LinesAsync(
            HttpMethod.Get, string.Create(
                CultureInfo.InvariantCulture,
                $"v1/journal?since={since.ToUnixTimeMilliseconds()}&until={until.ToUnixTimeMilliseconds()}&after={after}&max={max}"), null,
                ControlJson.Lines.JournalEvent, cancel);

    public async ValueTask<SearchPage> SearchAsync(SearchQuery query, CancellationToken cancel) =>
        await ReadAsync(
            await SendAsync(HttpMethod.Post, "v1/search", JsonContent(query, ControlJson.Lines.SearchQuery), cancel),
            ControlJson.Lines.SearchPage, cancel);

    public IQuarantineControl Quarantine => new QuarantineClient(this);

    public async Task<DirectoryAnswer> ChangeAsync(DirectoryChange change, CancellationToken cancel) =>
        await ReadAsync(await SendAsync(HttpMethod.Post, "v1/directory", JsonContent(change, ControlJson.Lines.DirectoryChange), cancel),
            ControlJson.Lines.DirectoryAnswer, cancel);

    public IAsyncEnumerable<DirectoryRow> ListAsync(DirectoryQuestion question, CancellationToken cancel) =>
        LinesAsync(HttpMethod.Post, "v1/directory/list", JsonContent(question, ControlJson.Lines.DirectoryQuestion),
            ControlJson.Lines.DirectoryRow, cancel);

    public async Task<KeyAnswer> RunAsync(KeyRequest request, CancellationToken cancel) =>
        await ReadAsync(await SendAsync(HttpMethod.Post, "v1/dkim", JsonContent(request, ControlJson.Lines.KeyRequest), cancel),
            ControlJson.Lines.KeyAnswer, cancel);

    public async Task<CertificateAnswer> RunAsync(CertificateOrderRequest request, CancellationToken cancel) =>
        await ReadAsync(
            await SendAsync(
                HttpMethod.Post, "v1/certificates", JsonContent(request, ControlJson.Lines.CertificateOrderRequest), cancel),
            ControlJson.Lines.CertificateAnswer, cancel);

    public async Task<ReportAnswer> RunAsync(ReportRequest request, CancellationToken cancel) =>
        await ReadAsync(await SendAsync(HttpMethod.Post, "v1/reports", JsonContent(request, ControlJson.Lines.ReportRequest), cancel),
            ControlJson.Lines.ReportAnswer, cancel);

    public ValueTask DisposeAsync()
    {
        http.Dispose();
        return ValueTask.CompletedTask;
    }

    private static async Task<Socket> DialAsync(string path, CancellationToken cancel)
    {
        var dialled = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await dialled.ConnectAsync(new UnixDomainSocketEndPoint(path), cancel);
            return dialled;
        }
        catch
        {
            dialled.Dispose();
            throw;
        }
    }

    private static ByteArrayContent JsonContent<T>(T value, JsonTypeInfo<T> type) => new(JsonSerializer.SerializeToUtf8Bytes(value, type));

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? content, CancellationToken cancel)
    {
        try
        {
            var answer = await http.SendAsync(
                new HttpRequestMessage(method, path) { Content = content }, HttpCompletionOption.ResponseHeadersRead, cancel);
            return answer.StatusCode == HttpStatusCode.OK ? answer : throw await RejectedAsync(answer, cancel);
        }
        catch (HttpRequestException broken)
        {
            throw new ControlException(ExitCode.Unavailable, OurEvidence.ServerWentAway.Say(broken.Message), broken);
        }
    }

    /// <summary>What the server said was wrong; without a reason it may be of another version.</summary>
    private async Task<ControlException> RejectedAsync(HttpResponseMessage answer, CancellationToken cancel)
    {
        using (answer)
        {
            int status = (int)answer.StatusCode;
            if (answer.Content.Headers.ContentType?.MediaType == "application/problem+json"
                && await ReadAsync(answer, ControlJson.Lines.ControlProblem, cancel) is { } problem)
                return new ControlException(ExitCode.Unavailable, OurEvidence.ServerRejects.Say(socket, status, problem.Detail));
            return new ControlException(ExitCode.Unavailable, OurEvidence.ServerAnswersOddly.Say(socket, status));
        }
    }

    private static async Task<T> ReadAsync<T>(HttpResponseMessage answer, JsonTypeInfo<T> type, CancellationToken cancel)
    {
        using (answer)
        {
            await using var body = await answer.Content.ReadAsStreamAsync(cancel);
            return (await JsonSerializer.DeserializeAsync(body, type, cancel))!;
        }
    }

    private async IAsyncEnumerable<T> LinesAsync<T>(
        HttpMethod method, string path, HttpContent? content, JsonTypeInfo<T> type, [EnumeratorCancellation] CancellationToken cancel)
    {
        using var answer = await SendAsync(method, path, content, cancel);
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync(cancel), Encoding.UTF8);
        while (await lines.ReadLineAsync(cancel) is { } line)
            yield return JsonSerializer.Deserialize(line, type)!;
    }

    private sealed class QuarantineClient(ControlClient server) : IQuarantineControl
    {
        public IAsyncEnumerable<QuarantinedMessage> ListAsync(QuarantineFilter filter, CancellationToken cancel) =>
            server.LinesAsync(HttpMethod.Post, "v1/quarantine/list", Content(filter), ControlJson.Lines.QuarantinedMessage, cancel);

        public Task<QuarantineContent?> ShowAsync(string id, CancellationToken cancel) =>
            OneAsync("show", id, ControlJson.Lines.QuarantineContent, cancel)!;

        public Task<QuarantineChanged> ReleaseAsync(string id, CancellationToken cancel) =>
            OneAsync("release", id, ControlJson.Lines.QuarantineChanged, cancel);

        public Task<QuarantineChanged> DropAsync(string id, CancellationToken cancel) =>
            OneAsync("drop", id, ControlJson.Lines.QuarantineChanged, cancel);

        private async Task<T> OneAsync<T>(string what, string id, JsonTypeInfo<T> type, CancellationToken cancel) =>
            await ReadAsync(
                await server.SendAsync(HttpMethod.Post, "v1/quarantine/" + what, Content(new QuarantineFilter { Id = id }), cancel), type,
                cancel);

        private static ByteArrayContent Content(QuarantineFilter filter) =>
            new(JsonSerializer.SerializeToUtf8Bytes(filter, ControlJson.Lines.QuarantineFilter));
    }

    /// <summary>The envelope on a line, then the message as it is written; chunked, so that nothing is held whole.</summary>
    private sealed class MessageContent(SubmitRequest request, Func<Stream, Task> write) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await JsonSerializer.SerializeAsync(stream, request, ControlJson.Lines.SubmitRequest);
            await stream.WriteAsync("\n"u8.ToArray());
            var buffered = new BufferedStream(stream, 64 * 1024);
            await write(buffered);
            await buffered.FlushAsync();
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
