using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Gatepost.Policy;
using Gatepost.Policy.Auth;
using Gatepost.Policy.Basics;
using Gatepost.Policy.Engine;
using Gatepost.Replies;
using Gatepost.Replies.Catalogue;
using Gatepost.Smtp;
using Gatepost.Smtp.Server;

namespace Gatepost.Tour;

/// <summary>Plays scenes: a server of its own for each, a real socket, a client that says its lines.</summary>
internal sealed partial class TourRunner(IMessageStore store, ReplyDatabase knowledge, TimeProvider time, Random random)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public async Task<TourResult> PlayAsync(TourScenario scene, ReplyStyle style, CancellationToken cancel)
    {
        var journal = new MemoryJournal(knowledge);
        var parts = new PolicyServices(TourWorld.Dns(), time)
        {
            MailboxSizes = new TourWorld.Sizes(),
            Alarms = new Alarms(journal, time),
        };
        var options = scene.Policy(TourWorld.Options) with { Replies = style };
        await using var filter = scene.Scan is { } scan ? new TourFilter(scan) : null;
        if (filter is not null)
            options = options with { Scanners = [filter.Options] };
        var directory = TourWorld.Directory();
        var book = new RuleEngine(options, directory, parts, random);
        var logins = new Authenticator(
            new DirectoryLogins(() => directory, time, hasScram: false), new LoginThrottle(new LoginThrottleOptions(), time));
        await using var server = new SmtpServer(
            ServerOptions(scene, style), book, scene.DiskFull ? new FullStore() : store, journal, logins, time);
        await server.StartAsync(cancel);

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(Patience);
        var conversation = new List<string>();
        string fault = "";
        try
        {
            await RunSessionAsync(scene, server.Endpoints[0], conversation, patience.Token);
        }
        catch (Exception broken) when (
            broken is IOException or SocketException or OperationCanceledException && !cancel.IsCancellationRequested)
        {
            fault = $"the conversation broke off: {broken.Message}";
        }

        return Conclude(scene, style, conversation, journal, fault);
    }

    private static SmtpServerOptions ServerOptions(TourScenario scene, ReplyStyle style) => scene.Server(new SmtpServerOptions
    {
        HostName = TourWorld.HostName,
        Style = style,
        Listeners =
            [new ListenerOptions { Role = scene.Role, EndPoint = new IPEndPoint(IPAddress.Any, 0),
                Limits = new SessionLimits { MaxRecipients = scene.Role == ListenerRole.Submission ? 50 : 100 } }],
    });

    internal static async Task RunSessionAsync(TourScenario scene, IPEndPoint server, List<string> conversation, CancellationToken cancel)
    {
        var held = new List<Socket>();
        try
        {
            for (int i = 0; i < scene.Holds; i++)
            {
                held.Add(await ConnectAsync(scene.From, server.Port, cancel));
                using var other = new StreamReader(new NetworkStream(held[^1]), Encoding.UTF8);
                await other.ReadLineAsync(cancel);
            }

            using var socket = await ConnectAsync(scene.From, server.Port, cancel);
            await using var stream = new NetworkStream(socket);
            using var reader = new StreamReader(stream, Encoding.UTF8);
            await ReadReplyAsync(reader, conversation, cancel);
            foreach (string line in scene.Says)
                await SayAsync(line, stream, reader, conversation, cancel);
        }
        finally
        {
            held.ForEach(socket => socket.Dispose());
        }
    }

    private static async ValueTask<Socket> ConnectAsync(string from, int port, CancellationToken cancel)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), cancel);
        return socket;
    }

    private static async Task SayAsync(string line, Stream stream, StreamReader reader, List<string> conversation, CancellationToken cancel)
    {
        bool isText = line.StartsWith("> ", StringComparison.Ordinal);
        string spoken = isText ? line[2..] : line;
        string shown = spoken;
        if (line.Split(' ') is ["AUTH", var user, var password])
        {
            shown = $"AUTH PLAIN (as {user})";
            spoken = "AUTH PLAIN " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"\0{user}\0{password}"));
        }

        conversation.Add("C: " + shown);
        await stream.WriteAsync(Encoding.UTF8.GetBytes(spoken + "\r\n"), cancel);
        if (!isText || spoken == ".")
            await ReadReplyAsync(reader, conversation, cancel);
    }

    private static async Task ReadReplyAsync(StreamReader reader, List<string> conversation, CancellationToken cancel)
    {
        while (true)
        {
            string line = await reader.ReadLineAsync(cancel) ?? throw new IOException("the server hung up");
            conversation.Add("S: " + line);
            if (line.Length < 4 || line[3] != '-')
                return;
        }
    }

    private TourResult Conclude(TourScenario scene, ReplyStyle style, List<string> conversation, MemoryJournal journal, string fault)
    {
        int last = conversation.FindLastIndex(line => line.StartsWith("C: ", StringComparison.Ordinal));
        string reply = conversation.Count > last + 1 ? conversation[last + 1][3..] : "";
        string? id = VerdictId().Match(reply) is { Success: true } found ? found.Value : null;
        var verdict = journal.Verdict(id);
        string expected = style == ReplyStyle.Modern && scene.Modern.Length > 0 ? scene.Modern : scene.Classic;
        // A reply of several lines is recognised by its first.
        string heard = reply.Length > 3 && reply[3] == '-' ? reply[..3] + " " + reply[4..] : reply;
        var explanation = knowledge.Explain(heard);
        if (fault.Length == 0 && !heard.StartsWith(expected, StringComparison.Ordinal))
            fault = $"expected \"{expected}\"";
        if (fault.Length == 0 && scene.Rule is not null && verdict?.Rule != scene.Rule)
            fault = $"expected the rule {scene.Rule}, not {verdict?.Rule ?? "none"}";
        if (fault.Length == 0 && Encoding.UTF8.GetByteCount(reply) > Reply.MaxLine - 2)
            fault = $"the line has more than {Reply.MaxLine} octets";
        return new TourResult
        {
            Scene = scene,
            Form = style == ReplyStyle.Classic ? "classic" : "modern",
            Conversation = conversation,
            Reply = heard,
            Stage = last < 0 ? "connect" : conversation[last] == "C: ." ? "end of data" : conversation[last][3..].Split(' ')[0],
            Rule = verdict?.Rule,
            VerdictId = id,
            Facts = verdict?.Facts ?? [],
            Explanation = journal.Entry(heard) is { } entry ? entry : explanation,
            Fault = fault.Length == 0 ? null : fault,
        };
    }

    [GeneratedRegex("G-[0-9A-Z]{8}")]
    private static partial Regex VerdictId();

    /// <summary>A store whose disk is full.</summary>
    private sealed class FullStore : IMessageStore
    {
        public StoreOutcome Room(long size) => StoreOutcome.Full;

        public IMessageDraft Begin() => throw new IOException("no space left on device");
    }
}
