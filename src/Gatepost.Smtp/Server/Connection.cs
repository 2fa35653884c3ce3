using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Security.Authentication;
using Gatepost.Replies;
using Gatepost.Smtp.Commands;
using Gatepost.Smtp.Wire;

namespace Gatepost.Smtp.Server;

/// <summary>One client's connection: octets, TLS and time-outs around a <see cref="SmtpSession"/>.</summary>
/// <remarks>
/// Memory: buffers are rented while there are octets in them; a silent client holds this object, its session and a socket.
/// Every reply passes through <see cref="Say"/>, which records it.
/// </remarks>
internal sealed partial class Connection
{
    /// <summary>Commands a client may have answered in a row before others run.</summary>
    private const int MaxTurn = 32;

    /// <summary>Replies are written once this many octets have gathered, even if the client pipelines on.</summary>
    private const int FlushAt = 4096;

    /// <summary>How long a refused client waits while the journal is crowded: evidence is not dropped for the sake of an attack.</summary>
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(10);

    /// <summary>Octets of an over-long command line we read before we give up.</summary>
    private const long MaxSkipped = 1024 * 1024;

    private static readonly Func<ReadOnlySpan<byte>, int> CommandLimit = LineSplitter.CommandLimit;
    private static readonly Func<ReadOnlySpan<byte>, int> ResponseLimit = static _ => LineSplitter.SaslLimit;

    private readonly Transport transport;
    private readonly ServerServices parts;
    private readonly ListenerTerms terms;
    private readonly InputBuffer input = new();
    private readonly ReplyWriter output = new();
    private readonly IPEndPoint local;
    private readonly IPEndPoint peer;
    private Stream stream;
    private Session session = null!;
    private SmtpSession dialogue = null!;
    private LineSplitter lines;
    private int inARow;
    private long octetsIn;
    private long octetsOut;
    private string ending = "closed by us";
    private bool inTrouble;

    public Connection(Transport transport, ServerServices parts, ListenerTerms terms, IPEndPoint peer, IPEndPoint local)
    {
        this.transport = transport;
        this.parts = parts;
        this.terms = terms;
        this.peer = peer;
        this.local = local;
        stream = transport.Stream;
    }

    /// <summary>Talks until the connection ends. Never throws.</summary>
    public async Task RunAsync()
    {
        parts.Watch.Add(this);
        bool entered = parts.Counts.TryEnter(terms.Server.MaxConnections);
        IPAddress? counted = null;
        try
        {
            var client = await FindClientAsync().ConfigureAwait(false);
            if (client is null)
                return;
            Begin(client);
            if (entered && parts.Counts.TryEnter(client.Address, LimitFor(client.Address)))
                counted = client.Address;
            if (counted is null)
                await TurnAwayAsync(entered).ConfigureAwait(false);
            else
                await ConverseAsync().ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
        {
            Trouble(wasCut ? "cut: it took too long" : "broken: " + failure.Message);
        }
        catch (Exception failure)
        {
            Trouble("our fault");
            RecordFault(failure);
        }
        finally
        {
            if (counted is not null)
                parts.Counts.Leave(counted);
            if (entered)
                parts.Counts.Leave();
            await EndAsync().ConfigureAwait(false);
            parts.Watch.Remove(this);
            finished.TrySetResult();
        }
    }

    private int LimitFor(IPAddress client) =>
        terms.Server.MaxConnectionsPerClient ?? (IPAddress.IsLoopback(client) ? int.MaxValue : 50);

    private void Begin(IPEndPoint client)
    {
        session = new Session
        {
            Id = parts.Ids.Next(),
            Role = terms.Listener.Role,
            Client = client,
            Local = local,
            HostName = terms.HostName,
            Started = parts.Time.GetUtcNow(),
            HasSpoken = () => !terms.Listener.ImplicitTls && (input.Length > 0 || transport.HasUnread),
        };
        dialogue = new SmtpSession(session, terms, parts.Gate, parts.Store, parts.Journal, parts.Authenticator, parts.Time, terms.MayXclient(peer.Address));
        Record(JournalKind.Connected, $"at {local}{(peer.Equals(client) ? "" : $", through {peer}")}");
    }

    /// <summary>421 with its reason; but no handshake is made for a client that may not stay.</summary>
    private async ValueTask TurnAwayAsync(bool mayEnter)
    {
        Trouble("too many connections");
        var reply = mayEnter
            ? dialogue.Leave(OurReplies.TooManyConnectionsFromClient, ("client", session.Client.Address), ("limit", LimitFor(session.Client.Address)))
            : dialogue.Leave(OurReplies.TooManyConnections);
        if (terms.Listener.ImplicitTls)
            return;
        Say(reply, Stage.Connect, null);
        await FlushAsync().ConfigureAwait(false);
    }

    private async ValueTask ConverseAsync()
    {
        if (terms.Listener.ImplicitTls && !await ShakeHandsAsync().ConfigureAwait(false))
            return;

        if (await JudgedAsync(dialogue.GreetAsync(Cancel)!).ConfigureAwait(false) is { } greeting)
            Say(greeting, Stage.Connect, null);
        bool on = true;
        while (on && dialogue.Expects != Expectation.Nothing)
        {
            on = dialogue.Expects switch
            {
                Expectation.Data => await HearDataAsync().ConfigureAwait(false),
                Expectation.Chunk => await HearChunkAsync().ConfigureAwait(false),
                Expectation.SaslResponse => await HearResponseAsync().ConfigureAwait(false),
                Expectation.Handshake => await StartTlsAsync().ConfigureAwait(false),
                _ => await HearCommandAsync().ConfigureAwait(false),
            };
        }

        if (dialogue.Farewell is { } farewell)
            Say(farewell, null, null);
        await FlushAsync().ConfigureAwait(false);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> HearCommandAsync()
    {
        var kind = await NextLineAsync(CommandLimit).ConfigureAwait(false);
        if (kind != LineKind.Complete)
            return HearNoLine(kind);

        var command = Take(out string spoken);
        var envelope = command is MailFrom mail ? mail.Envelope : session.Envelope;
        var reply = await JudgedAsync(dialogue.HearAsync(command, Cancel)).ConfigureAwait(false);
        if (reply is not null)
            Say(reply, StageOf(command.Verb), spoken, envelope, (command as RcptTo)?.Recipient);
        if (reply is { Code: >= 400 } && parts.Journal.IsCrowded)
            await Task.Delay(Breath, parts.Time).ConfigureAwait(false);
        if (++inARow >= MaxTurn)
        {
            inARow = 0;
            await Task.Yield();
        }

        return !judgementTimedOut;
    }

    private Command Take(out string spoken)
    {
        var line = input.Unread[..lineLength];
        var command = CommandParser.Parse(line);
        spoken = CommandForLog.Of(line, command, dialogue.MayHearPassword);
        input.Consume(lineLength + 2);
        if (!input.IsEmpty && session.PipelinedTooEarly is null)
            session.PipelinedTooEarly = WhyTooEarly(command.Verb);
        return command;
    }

    /// <summary>Whether more may stand behind a command before it is answered.</summary>
    private string? WhyTooEarly(Verb verb) => verb switch
    {
        Verb.Ehlo or Verb.Helo or Verb.Lhlo => "octets behind the hello, before its answer",
        Verb.Auth => "octets behind AUTH, before its answer",
        Verb.StartTls => "octets behind STARTTLS, before its answer",
        Verb.Data => "octets behind DATA, before its answer",
        Verb.Quit => null,
        _ when !session.IsEsmtp => "commands behind each other without EHLO",
        _ => null,
    };

    private async ValueTask<bool> HearResponseAsync()
    {
        var kind = await NextLineAsync(ResponseLimit).ConfigureAwait(false);
        if (kind == LineKind.TooLong)
        {
            Say(dialogue.HearResponseTooLong(), Stage.Authenticate, CommandForLog.Hidden);
            return true;
        }

        if (kind != LineKind.Complete)
            return HearNoLine(kind);

        byte[] line = input.Unread[..lineLength].ToArray();
        input.Consume(lineLength + 2);
        if (await JudgedAsync(dialogue.HearResponseAsync(line, Cancel)!).ConfigureAwait(false) is { } reply)
            Say(reply, Stage.Authenticate, CommandForLog.Hidden);
        return !judgementTimedOut;
    }

    private int lineLength;

    /// <summary>Waits for a line; replies go out before the first wait.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<LineKind> NextLineAsync(Func<ReadOnlySpan<byte>, int> limitOf)
    {
        long deadline = 0;
        while (true)
        {
            var kind = lines.Next(input, limitOf, out lineLength, out lineLimit);
            if (kind != LineKind.Incomplete)
            {
                if (output.Length >= FlushAt)
                    await FlushAsync().ConfigureAwait(false);
                return kind;
            }

            if (lines.Skipped > MaxSkipped)
                return LineKind.TooLong;
            await FlushAsync().ConfigureAwait(false);
            if (deadline == 0)
                deadline = In(terms.Limits.CommandTimeout);
            if (!await FillAsync(Phase.AwaitingCommand, deadline, CommandRoom(limitOf), letGo: session.Envelope is null).ConfigureAwait(false))
                return LineKind.Incomplete;
        }
    }

    private int lineLimit;

    /// <summary>4 KiB hold what most clients pipeline; a log-in may need more.</summary>
    private int CommandRoom(Func<ReadOnlySpan<byte>, int> limitOf) => Math.Max(4096, input.IsEmpty ? 0 : limitOf(input.Unread));

    private bool HearNoLine(LineKind kind)
    {
        switch (kind)
        {
            case LineKind.TooLong:
                bool endless = lines.Skipped > MaxSkipped;
                Say(dialogue.HearNoise(OurReplies.CommandTooLong, ("limit", lineLimit)), null, "(line too long)");
                return !endless;
            case LineKind.BareLineFeed:
                string spoken = CommandForLog.OfBroken(FirstLine(), dialogue.MayHearPassword || dialogue.Expects == Expectation.SaslResponse);
                Trouble("bare LF in a command");
                input.Discard();
                Say(dialogue.HearNoise(OurReplies.BareLineFeedInCommand), null, spoken);
                return false;
            default:
                SayWhyWeLeave();
                return false;
        }
    }

    private ReadOnlySpan<byte> FirstLine() => input.Unread[..input.Unread.IndexOf((byte)'\n')];

    /// <summary>Reading ended: because the client left, or because we ended it. Only in the latter case is there somebody to tell.</summary>
    private void SayWhyWeLeave()
    {
        if (interruption == Phase.Stopped)
        {
            ending = "server stopped";
            Say(dialogue.Leave(OurReplies.ShuttingDown), null, null);
        }
        else if (interruption == Phase.TimedOut)
        {
            Trouble("timed out waiting for a command");
            Say(dialogue.Leave(OurReplies.CommandTimeout, ("seconds", (long)terms.Limits.CommandTimeout.TotalSeconds)), null, null);
        }
    }

    private static Stage? StageOf(Verb verb) => verb switch
    {
        Verb.Helo or Verb.Ehlo or Verb.Lhlo => Stage.Hello,
        Verb.Auth => Stage.Authenticate,
        Verb.Mail => Stage.MailFrom,
        Verb.Rcpt => Stage.RcptTo,
        Verb.Data or Verb.Bdat => Stage.Data,
        Verb.Xclient => Stage.Connect,
        _ => null,
    };

    /// <summary>The one place where a reply is given: into the output, and into the journal.</summary>
    private void Say(Reply reply, Stage? stage, string? command, Envelope? envelope = null, EnvelopeRecipient? recipient = null, string? queueId = null)
    {
        output.Add(reply, utf8: envelope is { SmtpUtf8: true });
        var verdict = dialogue.LastVerdict;
        parts.Journal.Record(new JournalEvent
        {
            Kind = JournalKind.Reply,
            At = parts.Time.GetUtcNow(),
            Session = session.Id,
            QueueId = queueId,
            Peer = session.Client.Address,
            PeerName = session.Helo,
            Stage = stage,
            Command = command,
            Reply = reply,
            Sender = envelope is null ? null : envelope.Sender?.ToString() ?? "",
            Recipient = recipient?.Address.ToString(),
            Rule = verdict is { IsQuiet: false } ? verdict.Rule : null,
            VerdictId = verdict?.Id,
            Facts = verdict is { IsQuiet: true } ? verdict.Facts : [],
        });
    }

    private void Record(JournalKind kind, string detail) => parts.Journal.Record(new JournalEvent
    {
        Kind = kind,
        At = parts.Time.GetUtcNow(),
        Session = session?.Id,
        Peer = session?.Client.Address ?? peer.Address,
        PeerName = session?.Helo,
        Detail = detail,
    });

    /// <summary>The detail is for what an admin may want to know of; how ordinary sessions end is a fact among others.</summary>
    private void RecordClosed(SessionCounts counts) => parts.Journal.Record(new JournalEvent
    {
        Kind = JournalKind.Closed,
        At = parts.Time.GetUtcNow(),
        Session = session.Id,
        Peer = session.Client.Address,
        PeerName = session.Helo,
        Detail = inTrouble ? ending : null,
        Facts =
        [
            new Fact("ended", ending),
            new Fact("counts", string.Create(
                CultureInfo.InvariantCulture,
                $"commands {counts.Commands}, messages {counts.Messages}, errors {counts.Errors}, refusals {counts.Refusals}, octets in {octetsIn}, out {octetsOut}")),
        ],
    });

    private void Trouble(string how)
    {
        ending = how;
        inTrouble = true;
    }

    private void RecordFault(Exception failure) =>
        Record(JournalKind.Server, string.Create(CultureInfo.InvariantCulture, $"a fault of ours ended the session: {failure.GetType().Name}: {failure.Message}; {failure.StackTrace?.Split('\n')[0].Trim()}"));

    private async ValueTask EndAsync()
    {
        try
        {
            if (stream is SslStream tls && phase == Phase.Busy)
                await InPhaseAsync(Phase.Writing, terms.Limits.WriteTimeout, new ValueTask(tls.ShutdownAsync())).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is IOException or SocketException or ObjectDisposedException or InvalidOperationException or AuthenticationException)
        {
            // A courtesy that nobody waits for.
        }

        if (!ReferenceEquals(stream, transport.Stream))
            await stream.DisposeAsync().ConfigureAwait(false);
        await transport.DisposeAsync().ConfigureAwait(false);
        if (dialogue is not null)
        {
            await dialogue.DisposeAsync().ConfigureAwait(false);
            RecordClosed(dialogue.Counts);
        }

        input.Dispose();
        output.Dispose();
        cancel?.Dispose();
    }
}
