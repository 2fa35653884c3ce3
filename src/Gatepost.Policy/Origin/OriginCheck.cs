using System.Net;
using Gatepost.MailAuth.Iprev;
using Gatepost.MailAuth.Message;
using Gatepost.MailAuth.Results;
using Gatepost.MailAuth.Spf;
using Gatepost.MailAuth.Verification;
using Gatepost.Policy.Reputation;
using Gatepost.Smtp;
using Gatepost.Smtp.Message;

namespace Gatepost.Policy.Origin;

/// <summary>Who sent a message: SPF is asked at MAIL, all else when the message is there; the reverse name was at the
/// greeting.</summary>
/// <remarks>The resolver bounds each question in time; a transaction that ends before costs only the answers that still come.</remarks>
public sealed class OriginCheck
{
    private readonly MessageVerifier verifier;
    private readonly Task<SpfResult>? spf;
    private readonly Task<IprevResult> iprev;

    private OriginCheck(MessageVerifier verifier, Task<SpfResult>? spf, Task<IprevResult> iprev)
    {
        (this.verifier, this.spf, this.iprev) = (verifier, spf, iprev);
    }

    /// <summary>Asks what the envelope is enough for.</summary>
    /// <param name="session">With its envelope.</param>
    /// <param name="questions">What DNS was asked when the client connected.</param>
    /// <param name="parts">DNS and the clock.</param>
    /// <param name="cancel">Ends when the server stops, not when a command has been judged.</param>
    public static OriginCheck Begin(Session session, ClientQuestions questions, PolicyServices parts, CancellationToken cancel)
    {
        var verifier = new MessageVerifier(parts.Dns, parts.Time);
        var question = new MessageQuestion
        {
            Client = session.Client.Address,
            Helo = session.Helo ?? "",
            Sender = session.Envelope?.Sender?.ToString() ?? "",
            Receiver = session.HostName,
        };
        return new OriginCheck(
            verifier, verifier.StartSpf(question, cancel), JudgeNamesAsync(session.Client.Address, questions, cancel));
    }

    private static async Task<IprevResult> JudgeNamesAsync(IPAddress client, ClientQuestions questions, CancellationToken cancel) =>
        IprevVerifier.Judge(client, await questions.NameAsync(cancel));

    /// <summary>What was found out; null before <see cref="ReadAsync"/>.</summary>
    public MessageResult? Result { get; private set; }

    /// <summary>Checks the message and has Authentication-Results written above it, where filters see them too.</summary>
    /// <param name="draft">Complete.</param>
    /// <param name="session">Whose message it is.</param>
    /// <param name="cancel">Gives up.</param>
    /// <param name="names">Further names of ours, in which no one else may write results.</param>
    public async ValueTask ReadAsync(IMessageDraft draft, Session session, IReadOnlyList<string> names, CancellationToken cancel)
    {
        await RemoveForgedAsync(draft, session, names, cancel);
        await using var octets = draft.OpenRead();
        Result = await verifier.CheckAsync(octets, spf, iprev, cancel);
        session.AddCompleteField(Ascii(Result.ToAuthenticationResults(session.HostName).ToField()));
    }

    /// <summary>Has results removed that came with the message and speak in our name, from a trusted network too:
    /// readers behind us believe them, and a seal of ours would vouch for them.</summary>
    public static async ValueTask RemoveForgedAsync(
        IMessageDraft draft, Session session, IReadOnlyList<string> names, CancellationToken cancel) =>
        session.RemovedFields = await ForgedAsync(draft, [session.HostName, .. names], cancel);

    /// <summary>Where the fields are that speak in our name and came with the message (RFC 8601 §5).</summary>
    private static async ValueTask<IReadOnlyList<(long Start, int Length)>> ForgedAsync(
        IMessageDraft draft, IReadOnlyCollection<string> names, CancellationToken cancel)
    {
        List<(long, int)>? forged = null;
        await using var octets = draft.OpenRead();
        using var reader = new HeaderReader(octets, MessageFields.Limits);
        for (long at = 0; await reader.ReadAsync(cancel) && !reader.Field.IsCut; at += reader.Field.Raw.Length)
        {
            if (AuthenticationResults.IsForged(reader.Field, names))
                (forged ??= []).Add((at, reader.Field.Raw.Length));
        }

        return forged ?? (IReadOnlyList<(long, int)>)[];
    }

    /// <summary>Names beyond ASCII would need SMTPUTF8 on the way on.</summary>
    private static string Ascii(string field) =>
        System.Text.Ascii.IsValid(field) ? field : string.Concat(field.Select(static c => char.IsAscii(c) ? c : '?'));
}
