using System.Buffers.Text;
using System.Net;
using Gatepost.Replies;
using Gatepost.Smtp.Commands;

namespace Gatepost.Smtp.Server;

/// <content>STARTTLS, AUTH, XCLIENT: who the client is.</content>
public sealed partial class SmtpSession
{
    private ISaslExchange? exchange;
    private string? mechanism;

    /// <summary>Whether the last command was AUTH or belonged to one: what comes next may be a password that lost its way, and is not shown.</summary>
    internal bool MayHearPassword { get; private set; }

    private Reply BeginTls()
    {
        if (!terms.HasTls)
            return terms.Say(terms.Certificates is null ? OurReplies.NotImplemented : OurReplies.TlsUnavailable);
        if (Session.Tls is not null)
            return NotNow("TLS already active");
        if (turn > Turn.Mail)
            return NotNow("MAIL transaction in progress; RSET ends it");

        Expects = Expectation.Handshake;
        return terms.Say(OurReplies.ReadyForTls);
    }

    /// <summary>TLS is up: everything learnt in clear is forgotten (RFC 3207 §4.2).</summary>
    public async ValueTask TlsBeganAsync(TlsState tls)
    {
        await EndTransactionAsync().ConfigureAwait(false);
        Session.Tls = tls;
        Session.Helo = null;
        Session.IsEsmtp = false;
        Session.User = null;
        Session.AuthMechanism = null;
        turn = Turn.Hello;
        Expects = Expectation.Command;
    }

    private IReadOnlyList<string> Mechanisms() =>
        authenticator is null || (terms.Listener.RequireTls && Session.Tls is null) ? [] : authenticator.Mechanisms(Session);

    private async ValueTask<Reply> BeginLoginAsync(Auth auth, CancellationToken cancel)
    {
        if (turn == Turn.Hello || !Session.IsEsmtp)
            return NotNow("say EHLO first");
        if (Session.User is not null)
            return NotNow("already authenticated");
        if (turn != Turn.Mail)
            return NotNow("AUTH not permitted during a mail transaction");

        var offered = Mechanisms();
        if (offered.Count == 0)
            return terms.Say(authenticator?.WantsTls(Session) == true && terms.HasTls ? OurReplies.AuthNeedsTls : OurReplies.AuthNotOffered);
        if (!offered.Contains(auth.Mechanism) || authenticator!.Start(auth.Mechanism, Session) is not { } begun)
            return terms.Say(OurReplies.AuthMechanismUnknown, ("mechanism", CommandForLog.Mechanism(auth.Mechanism)));

        exchange = begun;
        mechanism = auth.Mechanism;
        if (auth.InitialResponse is null)
            return await StepAsync(null, cancel).ConfigureAwait(false);
        return await StepEncodedAsync(auth.InitialResponse, cancel).ConfigureAwait(false);
    }

    /// <summary>Takes the client's answer to a challenge, as it stood on the line.</summary>
    public async ValueTask<Reply> HearResponseAsync(ReadOnlyMemory<byte> line, CancellationToken cancel)
    {
        LastVerdict = null;
        Expects = Expectation.Command;
        var reply = line.Span.SequenceEqual("*"u8)
            ? EndLogin(terms.Say(OurReplies.AuthCancelled))
            : await StepEncodedAsync(line, cancel).ConfigureAwait(false);
        Count(Verb.Auth, reply);
        return reply;
    }

    /// <summary>A response over its limit (RFC 4954 §4).</summary>
    public Reply HearResponseTooLong()
    {
        Expects = Expectation.Command;
        var reply = EndLogin(terms.Say(OurReplies.AuthLineTooLong));
        Count(Verb.Auth, reply);
        return reply;
    }

    private async ValueTask<Reply> StepEncodedAsync(ReadOnlyMemory<byte> encoded, CancellationToken cancel)
    {
        byte[] decoded = new byte[Base64.GetMaxDecodedFromUtf8Length(encoded.Length)];
        var status = Base64.DecodeFromUtf8(encoded.Span, decoded, out int used, out int written);
        if (status != System.Buffers.OperationStatus.Done || used != encoded.Length || encoded.Span.ContainsAny(" \t\r\n"u8))
            return EndLogin(terms.Say(OurReplies.AuthUnreadable));
        return await StepAsync(decoded.AsMemory(0, written), cancel).ConfigureAwait(false);
    }

    private async ValueTask<Reply> StepAsync(ReadOnlyMemory<byte>? response, CancellationToken cancel)
    {
        byte[]? challenge;
        Authentication? outcome;
        try
        {
            (challenge, outcome) = await exchange!.StepAsync(response, cancel).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !cancel.IsCancellationRequested)
        {
            RecordLoginTrouble($"{failure.GetType().Name}: {failure.Message}");
            return EndLogin(terms.Say(OurReplies.AuthBroken));
        }

        if (outcome is not { } decided)
        {
            string text = Convert.ToBase64String(challenge ?? []);
            if (text.Length > MaxChallenge)
            {
                RecordLoginTrouble($"a challenge of {text.Length} characters does not fit a reply line");
                return EndLogin(terms.Say(OurReplies.AuthBroken));
            }

            Expects = Expectation.SaslResponse;
            return terms.Say(OurReplies.SaslChallenge, ("challenge", text));
        }

        if (decided.Reply is { } refusal)
        {
            Counts.FailedLogins++;
            var reply = refusal.As(terms.Server.Style);
            if (decided.Why is { } why)
                Record(Stage.Authenticate, LastVerdict = Verdict.Refuse(LoginRule, reply, why, decided.Facts ?? []));
            return EndLogin(reply);
        }

        if (decided is { Why: { } passed, User: not null })
            Record(Stage.Authenticate, Verdict.Pass(LoginRule, passed, decided.Facts ?? []));
        return await WelcomeAsync(decided.User, cancel).ConfigureAwait(false);
    }

    /// <summary>How the authenticator is called in the journal.</summary>
    private const string LoginRule = "login";

    /// <summary>The longest value a reply holds; SCRAM needs about 150.</summary>
    private const int MaxChallenge = 255;

    private async ValueTask<Reply> WelcomeAsync(string? user, CancellationToken cancel)
    {
        if (string.IsNullOrEmpty(user))
        {
            RecordLoginTrouble("the authenticator named neither user nor refusal");
            return EndLogin(terms.Say(OurReplies.AuthBroken));
        }

        Session.User = user;
        var verdict = await JudgeAsync(Stage.Authenticate, cancel).ConfigureAwait(false);
        if (verdict.Passes)
        {
            Session.AuthMechanism = mechanism;
            return EndLogin(terms.Say(OurReplies.Authenticated));
        }

        Session.User = null;
        Counts.FailedLogins++;
        return EndLogin(verdict.Reply!);
    }

    private Reply EndLogin(Reply reply)
    {
        exchange = null;
        return reply;
    }

    private void RecordLoginTrouble(string cause) => journal.Record(new JournalEvent
    {
        Kind = JournalKind.Server,
        At = time.GetUtcNow(),
        Session = Session.Id,
        Peer = Session.Client.Address,
        Detail = "log-in could not be checked: " + cause,
    });

    /// <summary>A trusted proxy says who its client is; the session begins anew with a greeting (Postfix XCLIENT_README).</summary>
    private async ValueTask<Reply> BecomeAsync(Xclient xclient, CancellationToken cancel)
    {
        if (!mayXclient)
            return terms.Say(OurReplies.XclientDenied);
        if (turn > Turn.Mail)
            return NotNow("MAIL transaction in progress; RSET ends it");

        var attributes = xclient.Attributes;
        if (!TryReadClient(attributes, out var client))
            return terms.Say(OurReplies.BadArgument, ("syntax", "XCLIENT ADDR=address PORT=number ..."));

        await EndTransactionAsync().ConfigureAwait(false);
        Session.Client = client;
        if (attributes.TryGetValue("NAME", out string? name) || attributes.ContainsKey("ADDR"))
            Session.ClientName = name;
        Session.User = attributes.GetValueOrDefault("LOGIN");
        Session.AuthMechanism = null;
        Session.Helo = null;
        Session.IsEsmtp = false;
        turn = Turn.Hello;
        return await GreetAsync(cancel).ConfigureAwait(false);
    }

    private bool TryReadClient(IReadOnlyDictionary<string, string?> attributes, out IPEndPoint client)
    {
        client = Session.Client;
        var address = client.Address;
        if (attributes.TryGetValue("ADDR", out string? said) && said is not null)
        {
            string literal = said.StartsWith("IPV6:", StringComparison.OrdinalIgnoreCase) ? said[5..] : said;
            if (literal.Contains('%') || !IPAddress.TryParse(literal, out address!))
                return false;
        }

        int port = client.Port;
        if (attributes.TryGetValue("PORT", out string? number) && number is not null && !(int.TryParse(number, out port) && port is >= 0 and <= 65535))
            return false;
        client = new IPEndPoint(address, port);
        return true;
    }
}
