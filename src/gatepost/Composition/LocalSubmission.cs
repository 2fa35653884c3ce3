using System.Globalization;
using System.Net;
using Gatepost.Policy.Directory;
using Gatepost.Replies;
using Gatepost.Smtp;
using Gatepost.Smtp.Commands;
using Gatepost.Smtp.Server;
using Gatepost.Web.Control;

namespace Gatepost.Composition;

/// <summary>Accepts what local programs send by <c>gatepost sendmail</c>: the same session as on a port, without one.</summary>
/// <remarks>Only users of this machine can open the socket; the kernel says who, and that user id counts as the login.</remarks>
internal sealed class LocalSubmission(
    IGatekeeper gate, IMessageStore store, IJournal journal, TimeProvider time, IMessageSigner? signer = null)
{
    /// <summary>Recipients of one message: a program cannot come back for the rest, so the limit is far above any list in use.</summary>
    public const int MaxRecipients = 10_000;

    private static readonly IPEndPoint Here = new(IPAddress.Loopback, 0);

    private int counter;

    /// <param name="server">The options in force, for name, limits and style.</param>
    /// <param name="directory">For addresses without a domain.</param>
    public async Task<Submitted> SubmitAsync(LocalMessage message, SmtpServerOptions server, IDirectory directory, CancellationToken cancel)
    {
        string user = string.Create(
            CultureInfo.InvariantCulture, $"uid {message.UserId?.ToString(CultureInfo.InvariantCulture) ?? "unknown"}");
        var session = new Session
        {
            Id =
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"L-{time.GetUtcNow().ToUnixTimeMilliseconds():X}{(uint)Interlocked.Increment(ref counter) & 0xFFFF:X4}"),
            Role = ListenerRole.Submission,
            Client = Here,
            Local = Here,
            HostName = server.HostName,
            User = user,
            IsOfProgram = true,
        };
        var profile = new ListenerProfile(server, new ListenerOptions
        {
            Role = ListenerRole.Submission,
            EndPoint = Here,
            NormalisesLineEnds = true,
            Limits = server.Limits with { MaxRecipients = MaxRecipients, MaxRefusals = MaxRecipients },
        });
        await using var smtp = new SmtpSession(session, profile, new SessionServices(gate, store, journal, null, time) { Signer = signer });
        smtp.Journal.Connected(OurEvidence.SendmailUser.Say(user));
        var submitted = await RunAsync(smtp, message, directory, cancel);
        smtp.Journal.Closed(null);
        return submitted;
    }

    private static async Task<Submitted> RunAsync(SmtpSession smtp, LocalMessage message, IDirectory directory, CancellationToken cancel)
    {
        var request = message.Request;
        string host = smtp.Session.HostName;
        if (!TryAddress(request.Sender, host, out var sender))
            return Refused(ProtocolReplies.BadArgument.Say(("syntax", "MAIL FROM:<address>")), []);
        if (request.Recipients.Count == 0)
            return Refused(ProtocolReplies.NoValidRecipients.Say(), []);

        var greeting = await smtp.GreetAsync(cancel);
        smtp.Journal.Reply(greeting.Reply, greeting.Verdict, Stage.Connect);
        await ExecuteAsync(smtp, new Hello(Verb.Ehlo, host), $"EHLO {host}", cancel);
        bool utf8 = sender is { IsAscii: false } || request.Recipients.Any(recipient => recipient.Any(letter => letter > 127));
        var envelope = new Envelope
        {
            Sender = sender,
            Body = BodyType.EightBitMime,
            SmtpUtf8 = utf8,
            Return = request.Return,
            EnvelopeId = request.EnvelopeId
        };
        var mail = await ExecuteAsync(smtp, new MailFrom(envelope), $"MAIL FROM:<{sender}>", cancel);
        if (!mail.Reply.IsPositive)
            return Refused(mail.Reply, []);

        var refused = new List<(Reply Reply, string Shown)>();
        foreach (string written in request.Recipients)
        {
            string domain = await DomainOfAsync(written, directory, host, cancel);
            var reply = TryAddress(written, domain, out var recipient) && recipient is not null
                ? (
                    await ExecuteAsync(smtp, new RcptTo(new EnvelopeRecipient(recipient) { Notify = request.Notify }),
                        $"RCPT TO:<{recipient}>", cancel)).Reply
                : ProtocolReplies.BadArgument.Say(("syntax", "RCPT TO:<address>"));
            if (!reply.IsPositive)
                refused.Add((reply, $"{written}: {reply}"));
        }

        // All or nothing: a program that gets a refusal would otherwise send to everybody again.
        if (refused.Count > 0)
            return Refused(refused.Find(one => one.Reply.IsPermanent) is { Reply: not null } final ? final.Reply
                : refused[0].Reply, [.. refused.Select(one => one.Shown)]);

        var data = await ExecuteAsync(smtp, new Plain(Verb.Data), "DATA", cancel);
        return smtp.Expects == Expectation.Data ? await SendBodyAsync(smtp, message, cancel) : Refused(data.Reply, []);
    }

    private static async Task<Submitted> SendBodyAsync(SmtpSession smtp, LocalMessage message, CancellationToken cancel)
    {
        while (true)
        {
            var read = await message.Body.ReadAsync(cancel);
            foreach (var piece in read.Buffer)
                await smtp.WriteBodyAsync(piece, cancel);
            message.Body.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
                break;
        }

        var envelope = smtp.Session.Envelope;
        var answer = (await smtp.EndDataAsync(cancel))!.Value;
        smtp.Journal.Reply(answer.Reply, answer.Verdict, Stage.Message, "(end of data)", envelope, queueId: answer.QueueId);
        return answer.QueueId is { } id ? new Submitted(SubmitOutcome.Kept, id, answer.Reply.ToString(), []) : Refused(answer.Reply, []);
    }

    /// <summary>Executes a command and records its reply, as a connection does.</summary>
    private static async Task<Answer> ExecuteAsync(SmtpSession smtp, Command command, string line, CancellationToken cancel)
    {
        var answer = (await smtp.ExecuteAsync(command, cancel))!.Value;
        var envelope = command is MailFrom mail ? mail.Envelope : smtp.Session.Envelope;
        smtp.Journal.Reply(answer.Reply, answer.Verdict, command.Stage, line, envelope, (command as RcptTo)?.Recipient, answer.QueueId);
        return answer;
    }

    private static Submitted Refused(Reply reply, IReadOnlyList<string> recipients) =>
        new(reply.IsTransient ? SubmitOutcome.TryLater : SubmitOutcome.Refused, null, reply.ToString(), recipients);

    /// <summary>A name without @ is one of the first hosted domain if there is such an address; else it is one of this machine.</summary>
    private static async ValueTask<string> DomainOfAsync(string written, IDirectory directory, string host, CancellationToken cancel)
    {
        if (directory.DefaultDomain is not { } domain)
            return host;
        bool isKnown = directory.Machine is null || (Mailbox.TryParse($"{written}@{domain}", out var named)
            && (await AliasExpansion.ResolveAsync(directory, named, cancel)).Outcome != ResolutionOutcome.Unknown);
        return isKnown ? domain : host;
    }

    /// <summary>Empty is the null sender; without @ it gets this domain.</summary>
    private static bool TryAddress(string written, string domain, out Mailbox? address)
    {
        address = null;
        return written.Length == 0 || Mailbox.TryParse(written.Contains('@') ? written : $"{written}@{domain}", out address);
    }
}
