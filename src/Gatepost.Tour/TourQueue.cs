using System.Net;
using System.Text.RegularExpressions;
using Gatepost.Delivery;
using Gatepost.Delivery.Bounces;
using Gatepost.Delivery.Queue;
using Gatepost.Delivery.Settings;
using Gatepost.Policy;
using Gatepost.Policy.Auth;
using Gatepost.Policy.Basics;
using Gatepost.Policy.Engine;
using Gatepost.Replies;
using Gatepost.Replies.Catalogue;
using Gatepost.Smtp;
using Gatepost.Smtp.Client;
using Gatepost.Smtp.Server;
using Gatepost.Storage;
using Gatepost.Storage.Settings;
using MimeKit;

namespace Gatepost.Tour;

/// <summary>
/// Plays the scenes that happen between our queue and another server: the message is taken, tried, deferred, and after five days of the
/// tour's own clock given back.
/// </summary>
/// <param name="folder">Where the queue and the sender's mailbox are.</param>
/// <param name="scenes">What is played.</param>
/// <param name="silence">How the servers of these scenes fail to answer; <see cref="PeerTrick.None"/> where they speak.</param>
/// <param name="style">The form that is played. Each has a queue of its own: one would answer the other's mail from memory.</param>
/// <param name="texts">The reader's language: that of the bounces too.</param>
internal sealed partial class TourQueue(
    string folder, IReadOnlyList<TourScenario> scenes, PeerTrick silence, ReplyStyle style, Texts texts, ReplyDatabase knowledge,
    TimeProvider time, Random random)
{
    private const string Sender = "ann@host.example";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(20);
    private static readonly ClientTimeouts Timeouts = new();
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(5);

    private readonly TourClock clock = new(time);
    private readonly MemoryJournal journal = new(knowledge);

    /// <summary>Servers that say nothing have a queue and a clock of their own: its time is put forward as soon as they are waited
    /// for, so that a slow machine never takes another server for a silent one.</summary>
    public static async Task<IReadOnlyDictionary<(string Name, ReplyStyle Style), TourResult>> PlayAllAsync(
        string folder, IReadOnlyList<TourScenario> scenes, Texts texts, ReplyDatabase knowledge, TimeProvider time, Random random,
        CancellationToken cancel)
    {
        var groups = scenes.GroupBy(scene => scene.Peer!.Trick is PeerTrick.Deaf or PeerTrick.SilentAtData ? scene.Peer.Trick
            : PeerTrick.None);
        var queues = groups.SelectMany(_ => new[] { ReplyStyle.Classic, ReplyStyle.Modern }, (group, style) => new TourQueue(
            Path.Combine(folder, $"{group.Key}-{style}"), [.. group], group.Key, style, texts, knowledge, time, random));
        var played = await Task.WhenAll(queues.Select(queue => queue.PlayAsync(cancel)));
        return played.SelectMany(results => results).ToDictionary();
    }

    /// <summary>All of them together: most of it is waiting.</summary>
    /// <returns>By row, case and form.</returns>
    private async Task<IReadOnlyDictionary<(string Name, ReplyStyle Style), TourResult>> PlayAsync(CancellationToken cancel)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(Patience);
        await using var store = MailStore.Open(new StoreOptions { Folder = Path.Combine(folder, "queue") }, clock);
        await using var peers = await TourPeers.StartAsync(scenes.Select(scene => scene.Peer!), patience.Token);
        await using var server = Server(store);
        await server.StartAsync(patience.Token);
        await using var delivery = new DeliveryService(
            Options(peers.Port, texts.Language), store, TourWorld.Dns(), journal, clock, random)
        { Router = new ToFolder(Inbox) };
        await delivery.StartAsync(patience.Token);

        var plays = scenes.Select(scene => new Play(scene, style)).ToList();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(patience.Token);
        var advancing = Task.CompletedTask;
        try
        {
            await Task.WhenAll(plays.Select(play => SubmitAsync(play, server.Endpoints[0], patience.Token)));
            advancing = AdvanceClockAsync(peers, over.Token);
            await journal.UntilAsync(events => plays.All(play => play.Events(events).Any(IsOutcome)), patience.Token);
            clock.Move(Lifetime + TimeSpan.FromHours(1));
            await store.RetryAsync(new QueueFilter { Sender = Sender }, patience.Token);
            await journal.UntilAsync(events => plays.All(play => play.IsReported(events)), patience.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            // What is missing is reported scene by scene.
        }

        await over.CancelAsync();
        await advancing;
        await delivery.StopAsync(TimeSpan.FromSeconds(1));
        var bounces = await ReadBouncesAsync(cancel);
        return plays.ToDictionary(play => (play.Scene.Name, play.Style), play => Conclude(play, peers, bounces));
    }

    /// <summary>Puts the time forward as soon as a silent server is waited for.</summary>
    private async Task AdvanceClockAsync(TourPeers peers, CancellationToken cancel)
    {
        int fallenSilent = 0;
        while (silence != PeerTrick.None && !cancel.IsCancellationRequested)
        {
            if (silence == PeerTrick.Deaf && clock.IsWaitedFor(Timeouts.Connect))
                clock.Move(Timeouts.Connect);
            else if (silence == PeerTrick.SilentAtData && peers.Silences > fallenSilent && clock.IsWaitedFor(Timeouts.DataStart))
            {
                fallenSilent++;
                clock.Move(Timeouts.DataStart);
            }

            await Task.Delay(Glance, time, cancel).ContinueWith(
                static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    private string Inbox => Path.Combine(folder, "inbox");

    private SmtpServer Server(MailStore store)
    {
        var directory = TourWorld.Directory();
        var book = new RuleEngine(
            TourWorld.Options, directory, new PolicyServices(TourWorld.Dns(), clock) { Alarms = new Alarms(journal, clock) }, random);
        var logins = new Authenticator(
            new DirectoryLogins(() => directory, clock, hasScram: false), new LoginThrottle(new LoginThrottleOptions(), clock));
        var options = new SmtpServerOptions
        {
            HostName = TourWorld.HostName,
            Listeners = [new ListenerOptions { Role = ListenerRole.Internal, EndPoint = new IPEndPoint(IPAddress.Loopback, 0) }],
            MaxConnectionsPerClient = 200,
        };
        return new SmtpServer(options, book, store, journal, logins, clock);
    }

    private static DeliveryOptions Options(int port, Language language) => new()
    {
        HostName = TourWorld.HostName,
        SmtpPort = port,
        AllowedNetworks = [IPNetwork.Parse("127.0.0.0/8")],
        Tls = ClientTls.Never,
        Timeouts = Timeouts,
        Bounces = new() { DiscloseForward = false, Language = language.Code() },
        Retry = new() { GiveUpAfter = Lifetime, DelayNoticeAfter = TimeSpan.Zero },
    };

    private static async Task SubmitAsync(Play play, IPEndPoint server, CancellationToken cancel)
    {
        var scene = play.Scene with
        {
            From = "127.0.0.1",
            Says =
                ["EHLO printer.host.example", $"MAIL FROM:<{Sender}>", $"RCPT TO:<{play.WrittenTo}>", "DATA", $"> From: {Sender}",
                    "> Subject: tour", "> ", "> Hello", "> ."],
        };
        await TourRunner.RunSessionAsync(scene, server, play.Conversation, cancel);
        play.QueueId = QueuedAs().Match(play.Conversation[^1]) is { Success: true } queued ? queued.Groups[1].Value : null;
    }

    private TourResult Conclude(Play play, TourPeers peers, IReadOnlyList<Bounce> bounces)
    {
        var events = journal.Take(play.Events).Where(IsOutcome).ToList();
        // The row about giving up is about the end of the story, the others about its beginning.
        var told = play.Scene.Rule == DeliveryReplies.DeliveryExpired.Id ? events.LastOrDefault() : events.FirstOrDefault();
        var bounce = bounces.FirstOrDefault(bounce => bounce.Recipient.Equals(play.WrittenTo, StringComparison.OrdinalIgnoreCase));
        var explanation = told?.Reply is { } recorded ? knowledge.Explain(recorded) : knowledge.Explain(play.Scene.Told!);
        return new TourResult
        {
            Scene = play.Scene,
            Form = play.Style == ReplyStyle.Classic ? "classic" : "modern",
            Conversation = [
                .. play.Conversation.TakeLast(1), .. peers.Received(play.Recipient), .. events.Select(Line), .. bounce is null ? []
                : bounce.Lines],
            Reply = told?.Reply?.ToString() ?? "",
            Stage = play.Scene.Peer!.Trick == PeerTrick.None ? "dns" : told?.Stage?.Name() ?? "connect",
            Rule = told?.Reply?.Entry.Id,
            Explanation = explanation,
            Fault = Fault(play, told, events.FirstOrDefault()?.Reply?.Text, bounce, explanation),
        };
    }

    private string? Fault(Play play, JournalEvent? told, string? cause, Bounce? bounce, Explanation explanation)
    {
        var scene = play.Scene;
        if (play.QueueId is null)
            return "the message was not taken";
        if (told?.Reply is not { } reply || cause is null)
            return "the queue recorded nothing";
        if (scene.Rule is { } entry && reply.Entry.Id != entry)
            return $"expected the condition {entry}, not {reply.Entry.Id}";
        string line = scene.Peer!.Line(play.Recipient);
        if (line.Length > 0 && scene.Rule is null && !reply.ToString().StartsWith(line, StringComparison.Ordinal))
            return $"expected the peer's own words \"{line}\"";
        if (bounce is null)
            return "no bounce came";
        string status = told.Kind == JournalKind.Deferred ? "4.4.7" : scene.BounceStatus ?? "5.";
        if (!bounce.Status.StartsWith(status, StringComparison.Ordinal))
            return $"the bounce says {bounce.Status}, expected {status}";
        if (scene.ForwardedBy is not null)
            return (bounce.Diagnostic + bounce.Text).Contains(scene.Peer.Domain, StringComparison.OrdinalIgnoreCase)
                ? $"the bounce reveals where the forward leads: {bounce.Diagnostic}" : null;
        if (!bounce.Diagnostic.Contains(cause.Split('\n')[0], StringComparison.Ordinal))
            return $"the bounce does not carry the cause: {bounce.Diagnostic}";
        string? reason = explanation.Reason?.Word, listed = knowledge.Explain(scene.Told!).Reason?.Word;
        return !scene.Reasons.Contains(reason) ? $"explained as {reason ?? "no failure"}; expected {string.Join(" or ", scene.Reasons)}"
            : listed != scene.ListedReason && !scene.Reasons.Contains(listed)
            ? $"the list's own line is explained as {listed ?? "no failure"}; expected {string.Join(" or ", scene.Reasons)}"
            : null;
    }

    private static bool IsOutcome(JournalEvent happened) => happened.Kind is JournalKind.Deferred or JournalKind.Failed;

    private string Line(JournalEvent happened) => TourResult.QueueMark + (happened.Kind == JournalKind.Deferred
        ? texts.Say("tour.deferred", ("stage", happened.Stage?.Name()), ("reply", happened.Reply))
        : texts.Say("tour.given-up", ("reply", happened.Reply)));

    private async Task<IReadOnlyList<Bounce>> ReadBouncesAsync(CancellationToken cancel)
    {
        var read = new List<Bounce>();
        string folder = Path.Combine(Inbox, "new");
        foreach (string file in Directory.Exists(folder) ? Directory.GetFiles(folder) : [])
        {
            var message = await MimeMessage.LoadAsync(file, cancel);
            var groups = message.BodyParts.OfType<MessageDeliveryStatus>().FirstOrDefault()?.StatusGroups;
            if (groups is not { Count: > 1 })
                continue;
            var about = groups[1];
            string text = message.BodyParts.OfType<TextPart>().FirstOrDefault()?.Text ?? "";
            read.Add(
                new Bounce(about["Final-Recipient"]?.Split(';')[^1].Trim() ?? "", about["Status"]
                    ?? "", Unfold(about["Diagnostic-Code"] ?? ""), text));
        }

        return read;
    }

    private static string Unfold(string value) => string.Join(' ', value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    [GeneratedRegex("queued as ([A-Za-z0-9]+)")]
    private static partial Regex QueuedAs();

    /// <summary>One scene in one form on its way.</summary>
    private sealed record Play(TourScenario Scene, ReplyStyle Style)
    {
        public List<string> Conversation { get; } = [];

        public string? QueueId { get; set; }

        /// <summary>Whom the other server hears of.</summary>
        public string Recipient => Scene.Peer!.Recipient(Style);

        /// <summary>Whom the sender wrote to.</summary>
        public string WrittenTo => Scene.ForwardedBy is { } domain ? $"{Recipient.Split('@')[0]}@{domain}" : Recipient;

        public IEnumerable<JournalEvent> Events(IReadOnlyList<JournalEvent> all) =>
            QueueId is null ? [] : all.Where(happened => happened.QueueId == QueueId);

        /// <summary>Whether the bounce is in the sender's mailbox.</summary>
        public bool IsReported(IReadOnlyList<JournalEvent> all) =>
            Events(all).FirstOrDefault(happened => happened.Kind == JournalKind.Bounced) is { } bounced
            && bounced.Facts.FirstOrDefault(fact => fact.Is(OurFacts.Notice)) is { } notice
            && all.Any(happened => happened.Kind == JournalKind.Delivered && happened.QueueId == (string)notice.Value);
    }

    /// <summary>What the sender got back.</summary>
    private sealed record Bounce(string Recipient, string Status, string Diagnostic, string Text)
    {
        /// <summary>Whole sentences: the paragraphs up to the one on the technical part, each on one line, and each step on its
        /// own.</summary>
        public IEnumerable<string> Lines =>
            Text.ReplaceLineEndings("\n").Replace("\n  - ", "\n\n- ", StringComparison.Ordinal)
                .Split("\n\n", StringSplitOptions.RemoveEmptyEntries).SkipLast(1)
                .Select(paragraph => TourResult.BounceMark + Unfold(paragraph));
    }

    /// <summary>Reports go into one mailbox of the tour.</summary>
    private sealed class ToFolder(string inbox) : INoticeRouter
    {
        public ValueTask<IReadOnlyList<Route>> RouteAsync(Mailbox sender, CancellationToken cancel) =>
            new([new Route(sender, new Destination(DestinationKind.Maildir, inbox))]);
    }
}
