using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Gatepost.Replies;
using Gatepost.Smtp.Commands;
using Gatepost.Smtp.Wire;

namespace Gatepost.Smtp.Server;

/// <summary>One client's connection, from accept to close, around an <see cref="SmtpSession"/>.</summary>
/// <remarks>
/// Memory: buffers are rented while there are octets in them; a silent client costs this object, its session and a socket.
/// Every reply passes through its <see cref="ReplySender"/>, which records it.
/// </remarks>
internal sealed class Connection
{
    /// <summary>
    /// How long a refused client waits while the journal is half full: evidence is not dropped for the sake of an attack.
    /// </summary>
    private static readonly TimeSpan BacklogDelay = TimeSpan.FromMilliseconds(10);

    private readonly ServerServices services;
    private readonly ListenerProfile profile;
    private readonly IPEndPoint peer;
    private readonly Deadlines deadlines;
    private readonly ConnectionStream stream;
    private readonly CommandReader commands;
    private readonly SmtpSession smtp;
    private readonly ConnectionEnd end = new();
    private readonly ReplySender replies;
    private readonly MessageReceiver message;
    private readonly TlsStart tls;
    private readonly TaskCompletionSource finished = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Connection(Transport transport, ServerServices services, ListenerProfile profile, IPEndPoint peer, IPEndPoint local)
    {
        this.services = services;
        this.profile = profile;
        this.peer = peer;
        var limits = profile.Limits;
        deadlines = new Deadlines(services.Timeouts, transport, limits.WriteTimeout);
        stream = new ConnectionStream(transport, deadlines, limits.WriteTimeout);
        commands = new CommandReader(stream, deadlines, limits.CommandTimeout);
        var session = new Session
        {
            Id = services.Ids.Next(),
            Role = profile.Listener.Role,
            Client = peer,
            Local = local,
            HostName = profile.HostName,
            HasSpoken = () => !profile.Listener.ImplicitTls && stream.HasUnread,
        };
        smtp = new SmtpSession(session, profile, services.Session, profile.MayXclient(peer.Address));
        replies = new ReplySender(stream, smtp, deadlines, end);
        message = new MessageReceiver(new BodyReader(stream, deadlines, smtp, limits), smtp, deadlines, replies, end);
        tls = new TlsStart(stream, profile, smtp, deadlines, replies, end);
        services.Counts.Opened();
    }

    /// <summary>Its time limits, for the sweep and for a stopping server.</summary>
    public Deadlines Deadlines => deadlines;

    /// <summary>Completes when the connection has ended.</summary>
    public Task Finished => finished.Task;

    private Session Session => smtp.Session;

    private SessionLimits Limits => profile.Limits;

    /// <summary>Runs until the connection ends. Never throws.</summary>
    public async Task RunAsync()
    {
        services.Timeouts.Add(this);
        bool entered = services.Counts.TryEnter(profile.Server.MaxConnections);
        IPAddress? counted = null;
        try
        {
            if (!await FindClientAsync().ConfigureAwait(false))
                return;
            var client = Session.Client;
            smtp.Journal.Connected(peer.Equals(client)
                ? OurEvidence.ConnectedAt.Say(Session.Local.ToString())
                : OurEvidence.ConnectedThrough.Say(Session.Local.ToString(), peer.ToString()));
            if (entered && services.Counts.TryEnter(client.Address, profile.Server.MaxConnectionsPerClient))
                counted = client.Address;
            if (counted is null)
                await RejectConnectionAsync(entered).ConfigureAwait(false);
            else
                await RunSessionAsync().ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
        {
            end.NoteError(deadlines.WasCut ? OurEvidence.CutTooLong.Say() : OurEvidence.Broken.Say(failure.Message));
        }
        catch (Exception failure)
        {
            end.NoteError(OurEvidence.OurFault.Say());
            smtp.Journal.Trouble(OurEvidence.SessionFault.Say(
                FailureText.Of(failure),
                failure.StackTrace?.Split('\n')[0].Trim() ?? ""));
        }
        finally
        {
            if (counted is not null)
                services.Counts.Leave(counted);
            if (entered)
                services.Counts.Leave();
            await EndAsync().ConfigureAwait(false);
            services.Timeouts.Remove(this);
            services.Counts.Closed();
            finished.TrySetResult();
        }
    }

    /// <summary>
    /// Who the client is: the peer, or the one a trusted balancer names. Without its PROXY header nothing is known, and the connection
    /// ends.
    /// </summary>
    private async ValueTask<bool> FindClientAsync()
    {
        if (!profile.MayProxy(peer.Address))
            return true;

        var (isGiven, client) = await stream.ReadProxyHeaderAsync(deadlines.In(SessionLimits.HandshakeTimeout)).ConfigureAwait(false);
        if (isGiven)
            Session.Client = client ?? peer;
        else
            end.NoteError(OurEvidence.NoProxyHeader.Say());
        return isGiven;
    }

    /// <summary>421 with its reason; but no handshake is made for a client that may not stay.</summary>
    private async ValueTask RejectConnectionAsync(bool mayEnter)
    {
        end.NoteError(OurEvidence.TooManyConnections.Say());
        var address = Session.Client.Address;
        var answer = mayEnter
            ? smtp.Close(LimitReplies.TooManyConnectionsFromClient, ("client", address), ("limit", profile.Server.MaxConnectionsPerClient))
            : smtp.Close(LimitReplies.TooManyConnections);
        if (profile.Listener.ImplicitTls)
            return;
        replies.Send(answer, Stage.Connect, null);
        await stream.FlushAsync().ConfigureAwait(false);
    }

    private async ValueTask RunSessionAsync()
    {
        if (profile.Listener.ImplicitTls && !await tls.HandshakeAsync().ConfigureAwait(false))
            return;

        if (await replies.JudgedAsync(GreetAsync()).ConfigureAwait(false) is { } greeting)
            replies.Send(greeting, Stage.Connect, null);
        bool on = true;
        while (on && smtp.Expects != Expectation.Nothing)
        {
            on = smtp.Expects switch
            {
                Expectation.Data => await message.ReadDataAsync().ConfigureAwait(false),
                Expectation.Chunk => await message.ReadChunkAsync().ConfigureAwait(false),
                Expectation.SaslResponse => await ReadSaslResponseAsync().ConfigureAwait(false),
                Expectation.Handshake => await tls.StartTlsAsync().ConfigureAwait(false),
                _ => await ReadCommandAsync().ConfigureAwait(false),
            };
        }

        if (smtp.ClosingAnswer is { } closing)
            replies.Send(closing, null, null);
        await stream.FlushAsync().ConfigureAwait(false);
    }

    private async ValueTask<Answer?> GreetAsync() => await smtp.GreetAsync(deadlines.Token).ConfigureAwait(false);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> ReadCommandAsync()
    {
        var kind = await commands.NextAsync(sasl: false, letGo: Session.Envelope is null).ConfigureAwait(false);
        if (kind != LineKind.Complete)
            return RejectLine(kind);

        var command = Take(out string shown);
        var envelope = command is MailFrom mail ? mail.Envelope : Session.Envelope;
        var answer = await replies.JudgedAsync(smtp.ExecuteAsync(command, deadlines.Token)).ConfigureAwait(false);
        if (answer is { } given)
        {
            replies.Send(given, command.Stage, shown, envelope, (command as RcptTo)?.Recipient);
            if (given.Reply.Code >= 400 && smtp.Journal.IsHalfFull)
                await Task.Delay(BacklogDelay, services.Session.Time).ConfigureAwait(false);
        }

        await stream.YieldAsync().ConfigureAwait(false);
        return true;
    }

    private Command Take(out string shown)
    {
        var line = commands.Line;
        var command = CommandParser.Parse(line);
        shown = CommandForLog.Of(line, command, smtp.MayHearPassword);
        commands.Consume();
        if (!stream.Input.IsEmpty && Session.PipelinedTooEarly is null)
            Session.PipelinedTooEarly = WhyTooEarly(command.Verb);
        return command;
    }

    /// <summary>What was sent too early behind this command; null if more may follow it before it is answered.</summary>
    private Finding? WhyTooEarly(Verb verb) => verb switch
    {
        Verb.Ehlo or Verb.Helo or Verb.Lhlo or Verb.Auth or Verb.StartTls or Verb.Data =>
            OurEvidence.PipelinedBehind.Say(verb.ToString().ToUpperInvariant()),
        Verb.Quit => null,
        _ when !Session.IsEsmtp => OurEvidence.PipelinedWithoutEhlo.Say(),
        _ => null,
    };

    private async ValueTask<bool> ReadSaslResponseAsync()
    {
        var kind = await commands.NextAsync(sasl: true, letGo: Session.Envelope is null).ConfigureAwait(false);
        if (kind == LineKind.TooLong)
        {
            replies.Send(smtp.ResponseTooLong(), Stage.Authenticate, CommandForLog.Hidden);
            return true;
        }

        if (kind != LineKind.Complete)
            return RejectLine(kind);

        byte[] line = commands.Line.ToArray();
        commands.Consume();
        if (await replies.JudgedAsync(smtp.RespondAsync(line, deadlines.Token)).ConfigureAwait(false) is { } answer)
            replies.Send(answer, Stage.Authenticate, CommandForLog.Hidden);
        return true;
    }

    private bool RejectLine(LineKind kind)
    {
        switch (kind)
        {
            case LineKind.TooLong:
                bool endless = commands.IsEndless;
                replies.Send(smtp.RejectLine(LimitReplies.CommandTooLong, ("limit", commands.Limit)), null, "(line too long)");
                return !endless;
            case LineKind.BareLineFeed:
                string shown = CommandForLog.OfBroken(
                    commands.BrokenLine, smtp.MayHearPassword || smtp.Expects == Expectation.SaslResponse);
                end.NoteError(OurEvidence.BareLfInCommand.Say());
                stream.Input.Discard();
                replies.Send(smtp.RejectLine(ProtocolReplies.BareLineFeedInCommand), null, shown);
                return false;
            case LineKind.NotSmtp:
                RejectProtocol(commands.SpokenAtFirst);
                return false;
            default:
                SendClosingReply();
                return false;
        }
    }

    /// <summary>A mistake of set-up: it is named, with what to change, instead of as a broken command.</summary>
    private void RejectProtocol(SpokenAtFirst spoken)
    {
        bool isTls = spoken == SpokenAtFirst.Tls;
        end.NoteError(isTls ? OurEvidence.TlsAtPlainPort.Say() : OurEvidence.ProxyHeaderFrom.Say(peer.Address));
        stream.Input.Discard();
        var answer = isTls ? smtp.RejectLine(ProtocolReplies.TlsAtPlainPort)
            : smtp.RejectLine(ProtocolReplies.ProxyHeaderUnexpected, ("client", peer.Address));
        replies.Send(answer, null, isTls ? "(TLS handshake)" : "(PROXY header)");
    }

    /// <summary>
    /// Reading ended: because the client left, or because we ended it. Only in the latter case can it still receive a reply.
    /// </summary>
    private void SendClosingReply()
    {
        if (stream.ClosedByClient)
            end.Note(OurEvidence.ClosedByClient.Say());
        else if (deadlines.Interruption == Phase.Stopped)
        {
            end.Note(OurEvidence.ServerStopped.Say());
            replies.Send(smtp.Close(LimitReplies.ShuttingDown), null, null);
        }
        else if (deadlines.Interruption == Phase.TimedOut)
        {
            end.NoteError(OurEvidence.CommandTimeout.Say());
            replies.Send(smtp.Close(LimitReplies.CommandTimeout, ("seconds", CommandSeconds)), null, null);
        }
    }

    /// <summary>What the client got in the end: under stress less than usual.</summary>
    private long CommandSeconds => deadlines.WasHurried ? deadlines.Waited : (long)Limits.CommandTimeout.TotalSeconds;

    private async ValueTask EndAsync()
    {
        await stream.DisposeAsync().ConfigureAwait(false);
        await smtp.DisposeAsync().ConfigureAwait(false);
        // The detail is for what an admin may want to know of; how ordinary sessions end is a fact among others.
        var counts = smtp.Counts;
        Fact[] name = Session.ClientName is { } known ? [OurFacts.ClientName.Is(known)] : [];
        smtp.Journal.Closed(
            end.IsError ? end.How : null,
            [.. name,
            OurFacts.Ended.Is(end.How),
            OurFacts.Commands.Is(counts.Commands),
            OurFacts.SessionMessages.Is(counts.Messages),
            OurFacts.Errors.Is(counts.Errors),
            OurFacts.Refusals.Is(counts.Refusals),
            OurFacts.OctetsIn.Is(new Octets(stream.OctetsIn)),
            OurFacts.OctetsOut.Is(new Octets(stream.OctetsOut))]);
        stream.Release();
        deadlines.Dispose();
    }
}
