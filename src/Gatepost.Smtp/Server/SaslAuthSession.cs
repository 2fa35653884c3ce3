using System.Buffers;
using System.Buffers.Text;
using System.Text;
using Gatepost.Replies;
using Gatepost.Smtp.Commands;

namespace Gatepost.Smtp.Server;

/// <summary>AUTH (RFC 4954): one SASL exchange at a time, until it is decided.</summary>
internal sealed class SaslAuthSession(SessionContext context)
{
    /// <summary>The rule name under which the authenticator's decisions are in the journal.</summary>
    private const string LoginRule = "login";

    /// <summary>The longest value a reply can carry; SCRAM needs about 150.</summary>
    private const int MaxChallenge = 255;

    private ISaslExchange? exchange;
    private string? mechanism;

    /// <summary>Whether a challenge was sent and its answer must come next.</summary>
    public bool AwaitsResponse => exchange is not null;

    /// <summary>The mechanisms EHLO offers now; empty for no AUTH.</summary>
    public IReadOnlyList<string> Mechanisms() =>
        context.Services.Authenticator is not { } authenticator || (context.Profile.Listener.RequireTls && context.Session.Tls is null)
            ? []
            : authenticator.Mechanisms(context.Session);

    /// <summary>Starts an exchange; the order of commands has been checked.</summary>
    public async ValueTask<Answer> AuthAsync(Auth auth, CancellationToken cancel)
    {
        var authenticator = context.Services.Authenticator;
        var offered = Mechanisms();
        if (offered.Count == 0)
            return context.Say(authenticator?.WantsTls(context.Session) == true && context.Profile.HasTls ? ProtocolReplies.AuthNeedsTls
                : ProtocolReplies.AuthNotOffered);
        if (!offered.Contains(auth.Mechanism) || authenticator!.Start(auth.Mechanism, context.Session) is not { } started)
            return context.Say(ProtocolReplies.AuthMechanismUnknown, ("mechanism", CommandForLog.Mechanism(auth.Mechanism)));

        exchange = started;
        mechanism = auth.Mechanism;
        if (auth.InitialResponse is null)
            return await StepAsync(started, null, cancel).ConfigureAwait(false);
        return await DecodeAsync(started, auth.InitialResponse, cancel).ConfigureAwait(false);
    }

    /// <summary>The client's answer to a challenge, as it was on the line.</summary>
    public async ValueTask<Answer> RespondAsync(ReadOnlyMemory<byte> line, CancellationToken cancel)
    {
        if (exchange is not { } started)
            return context.BadSequence("no AUTH in progress");
        // Clients that give up say QUIT instead of the star; as base64 it decodes to no text at all.
        return line.Span.SequenceEqual("*"u8) || Ascii.EqualsIgnoreCase(line.Span, "QUIT"u8)
            ? End(context.Say(ProtocolReplies.AuthCancelled))
            : await DecodeAsync(started, line, cancel).ConfigureAwait(false);
    }

    /// <summary>A response over its limit (RFC 4954 §4).</summary>
    public Answer ResponseTooLong() => End(context.Say(ProtocolReplies.AuthLineTooLong));

    private async ValueTask<Answer> DecodeAsync(ISaslExchange started, ReadOnlyMemory<byte> encoded, CancellationToken cancel)
    {
        byte[] decoded = new byte[Base64.GetMaxDecodedFromUtf8Length(encoded.Length)];
        var status = Base64.DecodeFromUtf8(encoded.Span, decoded, out int used, out int written);
        if (status != OperationStatus.Done || used != encoded.Length || encoded.Span.ContainsAny(" \t\r\n"u8))
            return End(context.Say(ProtocolReplies.AuthUnreadable));
        return await StepAsync(started, decoded.AsMemory(0, written), cancel).ConfigureAwait(false);
    }

    private async ValueTask<Answer> StepAsync(ISaslExchange started, ReadOnlyMemory<byte>? response, CancellationToken cancel)
    {
        byte[]? challenge;
        Authentication? outcome;
        try
        {
            (challenge, outcome) = await started.StepAsync(response, cancel).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !cancel.IsCancellationRequested)
        {
            return Broken(FailureText.Of(failure));
        }

        if (outcome is { Reply: { } refusal } refused)
            return Refused(refused, refusal.As(context.Profile.Server.Style));
        if (outcome is { } decided)
            return await AcceptedAsync(decided, cancel).ConfigureAwait(false);

        string text = Convert.ToBase64String(challenge ?? []);
        return text.Length > MaxChallenge
            ? Broken($"a challenge of {text.Length} characters does not fit a reply line")
            : context.Say(ProtocolReplies.SaslChallenge, ("challenge", text));
    }

    private Answer Refused(Authentication decided, Reply reply)
    {
        context.Counts.FailedLogins++;
        if (decided.Why is not { } why)
            return End(reply);
        var verdict = context.Services.Gate.Sign(
            Verdict.Refuse(LoginRule, reply, why, [OurFacts.Mechanism.Is(mechanism!), .. decided.Facts ?? []]));
        context.Journal.Verdict(Stage.Authenticate, verdict, context.Session);
        return End(Answer.Refused(verdict));
    }

    private async ValueTask<Answer> AcceptedAsync(Authentication decided, CancellationToken cancel)
    {
        if (string.IsNullOrEmpty(decided.User))
            return Broken("the authenticator named neither user nor refusal");

        var session = context.Session;
        session.User = decided.User;
        if (decided.Why is { } why)
            context.Journal.Verdict(
                Stage.Authenticate, Verdict.Pass(LoginRule, why, [OurFacts.Mechanism.Is(mechanism!), .. decided.Facts ?? []]), session);
        var verdict = await context.JudgeAsync(Stage.Authenticate, cancel).ConfigureAwait(false);
        if (verdict.Passes)
        {
            session.AuthMechanism = mechanism;
            return End(new Answer(context.Say(ProtocolReplies.Authenticated), verdict));
        }

        session.User = null;
        context.Counts.FailedLogins++;
        return End(Answer.Refused(verdict));
    }

    private Answer Broken(string cause)
    {
        context.Journal.Trouble(OurEvidence.LoginNotChecked.Say(cause));
        return End(context.Say(ProtocolReplies.AuthBroken));
    }

    private Answer End(Answer answer)
    {
        exchange = null;
        return answer;
    }
}
