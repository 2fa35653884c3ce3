using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Gatepost.Replies;
using Gatepost.Replies.Catalogue;

namespace Gatepost.Smtp.Client;

/// <summary>
/// The wire to another server: writes commands, reads replies, starts TLS, and says as a condition what went wrong with it.
/// </summary>
/// <remarks>Every wait is bounded by the time given with it. Not thread-safe; each session owns one.</remarks>
internal sealed class ClientConnection : IDisposable
{
    private readonly ReplyDatabase replies;
    private Stream stream;
    private ReplyReader reader;

    public ClientConnection(PeerTarget target, Stream stream, AttemptJournal journal, ReplyDatabase replies, TimeProvider time)
    {
        Target = target;
        Journal = journal;
        Deadline = new Deadline(time);
        this.stream = stream;
        this.replies = replies;
        reader = new ReplyReader(stream, journal, replies, target.Host);
    }

    public PeerTarget Target { get; }

    public AttemptJournal Journal { get; }

    public Deadline Deadline { get; }

    /// <summary>Commands gathered for one write.</summary>
    public CommandBuilder Commands { get; } = new();

    /// <summary>False once the connection broke, the peer said 421, or an answer came out of step.</summary>
    public bool IsUsable { get; set; } = true;

    public bool IsEncrypted { get; private set; }

    /// <summary>Values that conditions about this peer name.</summary>
    public (string, object?)[] About => [("host", Target.Host), ("address", Target.Address), ("port", Target.Port)];

    /// <summary>Sends one command and waits for its reply.</summary>
    /// <param name="longest">For the write and for the reply, each.</param>
    /// <exception cref="SmtpClientException">The connection broke or no reply came in time.</exception>
    public async ValueTask<Reply> SendCommandAsync(PendingCommand command, TimeSpan longest, CancellationToken cancel)
    {
        Commands.Clear();
        Commands.Add(command.Text!);
        await WriteAsync(Commands.Octets, command.Stage, longest, cancel);
        return await ReadReplyAsync(command, longest, cancel);
    }

    /// <summary>As <see cref="SendCommandAsync"/>, for a line that no log may show.</summary>
    /// <param name="line">What is sent.</param>
    /// <param name="command">What is shown of it.</param>
    /// <exception cref="SmtpClientException">The connection broke or no reply came in time.</exception>
    public async ValueTask<Reply> SendHiddenAsync(string line, PendingCommand command, TimeSpan longest, CancellationToken cancel)
    {
        Commands.Clear();
        Commands.Add(line);
        await WriteAsync(Commands.Octets, command.Stage, longest, cancel);
        Commands.Clear();
        return await ReadReplyAsync(command, longest, cancel);
    }

    /// <summary>Takes these texts out of the replies from here on: some servers repeat what they were sent.</summary>
    public void Hide(IReadOnlyList<string> secrets) => reader.Hidden = secrets;

    /// <exception cref="SmtpClientException">The connection broke or the peer took nothing for <paramref name="longest"/>.</exception>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> octets, Stage stage, TimeSpan longest, CancellationToken cancel)
    {
        try
        {
            await stream.WriteAsync(octets, Deadline.Start(longest));
            Deadline.Stop();
        }
        catch (Exception failure)
        {
            throw Broken(failure, stage, cancel);
        }
    }

    /// <exception cref="SmtpClientException">The connection broke, no reply came in time, or what came was none.</exception>
    public async ValueTask<Reply> ReadReplyAsync(PendingCommand command, TimeSpan longest, CancellationToken cancel)
    {
        try
        {
            var reply = await reader.ReadAsync(command, Deadline.Start(longest));
            Deadline.Stop();
            if (reply.Code == 421)
                IsUsable = false;
            return reply;
        }
        catch (Exception failure)
        {
            throw Broken(failure, command.Stage, cancel);
        }
    }

    /// <summary>Shakes hands: after the 220 to STARTTLS, or as the first thing of all.</summary>
    /// <param name="options">Whether the certificate must be valid for the host's name, who may vouch for it, and ours.</param>
    /// <exception cref="SmtpClientException">The handshake failed.</exception>
    public async ValueTask StartTlsAsync(SmtpClientOptions options, CancellationToken cancel)
    {
        var judge = Target.Tls?.Judge;
        bool verified = options.Tls == ClientTls.Verified && judge is null;
        // Octets that came in clear behind the 220 would otherwise be read as if they had come encrypted.
        int injected = reader.Buffered;
        reader.DropBuffered();
        SslPolicyErrors? errors = null;
        CertificateVerdict? verdict = null;
        var tls = new SslStream(stream, leaveInnerStreamOpen: false);
        try
        {
            var terms = TlsTerms(options);
            terms.RemoteCertificateValidationCallback = (_, shown, chain, found) =>
            {
                errors = found;
                verdict = judge?.Judge(Target, shown as X509Certificate2, chain, found);
                if (verdict is not null)
                    return verdict.Refusal is null;
                return !verified || found == SslPolicyErrors.None;
            };
            await tls.AuthenticateAsClientAsync(terms, Deadline.Start(options.Timeouts.Hello));
            Deadline.Stop();
        }
        catch (Exception failure) when (!cancel.IsCancellationRequested)
        {
            string cause = failure is OperationCanceledException ? "timed out"
                : verified && errors is not (null or SslPolicyErrors.None) ? $"certificate: {errors}"
                : failure.Message;
            var condition = verdict?.Refusal ?? ClientReplies.TlsHandshakeFailed.Say([.. About, ("cause", cause)]);
            Journal.TlsFailed(condition, Target.Tls?.Why);
            throw new SmtpClientException(condition, Stage.StartTls, failure);
        }

        stream = tls;
        reader = new ReplyReader(stream, Journal, replies, Target.Host);
        IsEncrypted = true;
        var certificate = verdict?.Finding
            ?? (errors is SslPolicyErrors.None ? OurEvidence.CertificateValid : OurEvidence.CertificateNotValid).Say(Target.Host);
        var secured = OurEvidence.TlsToHost.Say(tls.SslProtocol.ToString(), tls.NegotiatedCipherSuite.ToString(), certificate);
        if (Target.Tls is { } demand)
            secured = OurEvidence.TlsBecause.Say(secured, demand.Why);
        Journal.TlsStarted(injected > 0 ? OurEvidence.AndDropped.Say(secured, injected) : secured);
    }

    private SslClientAuthenticationOptions TlsTerms(SmtpClientOptions options) => new()
    {
        TargetHost = Target.Tls?.ServerName ?? Target.Host,
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        ClientCertificateContext = options.Certificate,
        CertificateChainPolicy = options.Authorities is { } authorities ? PolicyOf(authorities) : null,
    };

    private static X509ChainPolicy PolicyOf(X509Certificate2Collection authorities)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            // An authority of one's own publishes no revocation list, as a rule; the system's are asked for none either.
            RevocationMode = X509RevocationMode.NoCheck,
        };
        policy.CustomTrustStore.AddRange(authorities);
        return policy;
    }

    /// <summary>A positive reply of the wrong kind: the dialogue is out of step, and the connection ends.</summary>
    public Reply UnexpectedReply(Reply reply, Stage stage)
    {
        IsUsable = false;
        return ClientReplies.ReplyUnintelligible.Say(
            ("host", Target.Host), ("address", Target.Address), ("stage", stage.Name()), ("words", reply.ToString()));
    }

    /// <summary>Ends the connection with a condition of ours, which the journal gets.</summary>
    public SmtpClientException Fail(Reply condition, Stage stage, Exception? inner = null)
    {
        IsUsable = false;
        Journal.Closed(stage, condition);
        return new SmtpClientException(condition, stage, inner);
    }

    public void Dispose()
    {
        IsUsable = false;
        stream.Dispose();
        Deadline.Dispose();
    }

    /// <summary>What an exception of the stream means, as a condition.</summary>
    private Exception Broken(Exception failure, Stage stage, CancellationToken cancel)
    {
        IsUsable = false;
        if (failure is SmtpClientException)
            return failure;
        if (cancel.IsCancellationRequested)
            return new OperationCanceledException(cancel);

        var condition = failure switch
        {
            OperationCanceledException when stage == Stage.Greeting => ClientReplies.HostSilent,
            OperationCanceledException => ClientReplies.TimedOut,
            NotAReplyException => ClientReplies.ReplyUnintelligible,
            _ when stage == Stage.Message => ClientReplies.LostAfterData,
            _ => ClientReplies.LostConnection,
        };
        return Fail(condition.Say(
            ("host", Target.Host),
            ("address", Target.Address),
            ("stage", stage.Name()),
            ("seconds", Math.Round(Deadline.Given.TotalSeconds)),
            ("words", (failure as NotAReplyException)?.Words),
            ("cause", failure is EndOfStreamException ? "the other side closed it" : failure.Message)), stage, failure);
    }
}
