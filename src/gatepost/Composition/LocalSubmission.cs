using System.Globalization;
using System.Net;
using Gatepost.Policy.Directory;
using Gatepost.Replies;
using Gatepost.Smtp;
using Gatepost.Smtp.Commands;
using Gatepost.Smtp.Server;
using Gatepost.Web.Control;

namespace Gatepost.Composition;

/// <summary>Takes in what local programs send by <c>gatepost sendmail</c>: the same dialogue as on a port, held without one.</summary>
/// <remarks>Whoever may open the socket is a user of this machine, told by the kernel, and counts as logged in under that id.</remarks>
internal sealed class LocalSubmission(IGatekeeper gate, IMessageStore store, IJournal journal, TimeProvider time)
{
    private static readonly IPEndPoint Here = new(IPAddress.Loopback, 0);

    private int counter;

    /// <param name="server">The options in force, for name, limits and style.</param>
    /// <param name="directory">For addresses without a domain.</param>
    public async Task<Submitted> SubmitAsync(LocalMessage message, SmtpServerOptions server, IDirectory directory, CancellationToken cancel)
    {
        string user = string.Create(CultureInfo.InvariantCulture, $"uid {message.UserId?.ToString(CultureInfo.InvariantCulture) ?? "unknown"}");
        var session = new Session
        {
            Id = string.Create(CultureInfo.InvariantCulture, $"L-{time.GetUtcNow().ToUnixTimeMilliseconds():X}{(uint)Interlocked.Increment(ref counter) & 0xFFFF:X4}"),
            Role = ListenerRole.Submission,
            Client = Here,
            Local = Here,
            HostName = server.HostName,
            Started = time.GetUtcNow(),
            User = user,
        };
        var terms = new ListenerTerms(server, new ListenerOptions { Role = ListenerRole.Submission, EndPoint = Here });
        await using var dialogue = new SmtpSession(session, terms, gate, store, journal, null, time);
        Note(session, JournalKind.Connected, detail: $"sendmail, {user}");
        var submitted = await HoldAsync(dialogue, message, directory, cancel);
        Note(session, JournalKind.Closed);
        return submitted;
    }

    private async Task<Submitted> HoldAsync(SmtpSession dialogue, LocalMessage message, IDirectory directory, CancellationToken cancel)
    {
        var request = message.Request;
        string host = dialogue.Session.HostName;
        if (!TryAddress(request.Sender, host, out var sender))
            return Refused(OurReplies.BadArgument.Say(("syntax", "MAIL FROM:<address>")), []);
        if (request.Recipients.Count == 0)
            return Refused(OurReplies.NoValidRecipients.Say(), []);

        await dialogue.GreetAsync(cancel);
        await SayAsync(dialogue, new Hello(Verb.Ehlo, host), null, cancel);
        bool utf8 = sender is { IsAscii: false } || request.Recipients.Any(recipient => recipient.Any(letter => letter > 127));
        var envelope = new Envelope { Sender = sender, Body = BodyType.EightBitMime, SmtpUtf8 = utf8, Return = request.Return, EnvelopeId = request.EnvelopeId };
        var mail = await SayAsync(dialogue, new MailFrom(envelope), $"MAIL FROM:<{sender}>", cancel);
        if (!mail.IsPositive)
            return Refused(mail, []);

        var refused = new List<(Reply Reply, string Told)>();
        foreach (string written in request.Recipients)
        {
            var reply = TryAddress(written, directory.DefaultDomain ?? host, out var recipient) && recipient is not null
                ? await SayAsync(dialogue, new RcptTo(new EnvelopeRecipient(recipient) { Notify = request.Notify }), $"RCPT TO:<{recipient}>", cancel)
                : OurReplies.BadArgument.Say(("syntax", "RCPT TO:<address>"));
            if (!reply.IsPositive)
                refused.Add((reply, $"{written}: {reply}"));
        }

        // All or nothing: a program that is told "no" would otherwise send to everybody again.
        if (refused.Count > 0)
            return Refused(refused.Find(one => one.Reply.IsPermanent) is { Reply: not null } final ? final.Reply : refused[0].Reply, [.. refused.Select(one => one.Told)]);

        var data = await SayAsync(dialogue, new Plain(Verb.Data), "DATA", cancel);
        return dialogue.Expects == Expectation.Data ? await TakeAsync(dialogue, message, cancel) : Refused(data, []);
    }

    private async Task<Submitted> TakeAsync(SmtpSession dialogue, LocalMessage message, CancellationToken cancel)
    {
        while (true)
        {
            var read = await message.Body.ReadAsync(cancel);
            foreach (var piece in read.Buffer)
                await dialogue.TakeAsync(piece, cancel);
            message.Body.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
                break;
        }

        var reply = await dialogue.EndDataAsync(cancel);
        Note(dialogue.Session, JournalKind.Reply, Stage.Message, "(end of data)", reply, queueId: dialogue.AcceptedAs);
        return dialogue.AcceptedAs is { } id ? new Submitted(SubmitOutcome.Kept, id, reply.ToString(), []) : Refused(reply, []);
    }

    private async Task<Reply> SayAsync(SmtpSession dialogue, Command command, string? line, CancellationToken cancel)
    {
        var reply = (await dialogue.HearAsync(command, cancel))!;
        if (line is not null)
            Note(dialogue.Session, JournalKind.Reply, StageOf(command.Verb), line, reply);
        return reply;
    }

    private void Note(Session session, JournalKind kind, Stage? stage = null, string? command = null, Reply? reply = null, string? queueId = null, string? detail = null) => journal.Record(new JournalEvent
    {
        Kind = kind,
        At = time.GetUtcNow(),
        Session = session.Id,
        QueueId = queueId,
        PeerName = session.HostName,
        Stage = stage,
        Command = command,
        Reply = reply,
        Sender = session.Envelope is { } envelope ? envelope.Sender?.ToString() ?? "" : null,
        Detail = detail,
    });

    private static Stage? StageOf(Verb verb) => verb switch
    {
        Verb.Mail => Stage.MailFrom,
        Verb.Rcpt => Stage.RcptTo,
        Verb.Data => Stage.Data,
        _ => null,
    };

    private static Submitted Refused(Reply reply, IReadOnlyList<string> recipients) =>
        new(reply.IsTransient ? SubmitOutcome.TryLater : SubmitOutcome.Refused, null, reply.ToString(), recipients);

    /// <summary>Empty is the null sender; without @ it gets this domain.</summary>
    private static bool TryAddress(string written, string domain, out Mailbox? address)
    {
        address = null;
        return written.Length == 0 || Mailbox.TryParse(written.Contains('@') ? written : $"{written}@{domain}", out address);
    }
}
