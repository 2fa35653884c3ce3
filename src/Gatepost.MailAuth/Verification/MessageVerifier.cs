using Gatepost.Dns;
using Gatepost.MailAuth.Arc;
using Gatepost.MailAuth.Dkim;
using Gatepost.MailAuth.Dmarc;
using Gatepost.MailAuth.Iprev;
using Gatepost.MailAuth.Message;
using Gatepost.MailAuth.Spf;

namespace Gatepost.MailAuth.Verification;

/// <summary>SPF, iprev, DKIM, ARC and DMARC of one message. Questions to DNS start as soon as they are known.</summary>
/// <remarks>Thread-safe. The message is read once.</remarks>
public sealed class MessageVerifier(IResolver dns, TimeProvider time)
{
    /// <summary>What needs the envelope only; null if the client is not known. A server asks it at MAIL, long before the message.</summary>
    public Task<SpfResult>? StartSpf(MessageQuestion question, CancellationToken cancel) => question.Client is not { } client ? null
        : new SpfVerifier(dns, time).CheckAsync(
            new SpfQuestion { Client = client, Helo = question.Helo, Sender = question.Sender, Receiver = question.Receiver }, cancel);

    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public Task<MessageResult> CheckAsync(Stream message, MessageQuestion question, CancellationToken cancel) =>
        CheckAsync(
            message,
            StartSpf(question, cancel),
            question.Client is { } client ? new IprevVerifier(dns).CheckAsync(client, cancel) : null,
            cancel);

    /// <param name="message">From its first octet; line ends are CR LF.</param>
    /// <param name="spf">Null if the client is not known.</param>
    /// <param name="iprev">Null if the client is not known.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public async Task<MessageResult> CheckAsync(
        Stream message, Task<SpfResult>? spf, Task<IprevResult>? iprev, CancellationToken cancel)
    {
        using var pass = await MessagePass.ReadHeaderAsync(message, cancel).ConfigureAwait(false);
        var dkim = new DkimVerifier(dns, time).Start(pass.Fields, pass.Bodies, cancel);
        var arc = new ArcValidator(dns, time).Start(pass.Fields, pass.Bodies, cancel);
        // What was not read of an over-long header may hold another From.
        var author = pass.Fields.IsOverLimit ? new AuthorDomains([], 1, IsUnreadable: true) : AuthorDomains.Of(pass.Fields.All);
        var dmarc = new DmarcVerifier(dns);
        var policies = dmarc.PrefetchAsync(author, cancel);
        await pass.ReadBodyAsync(cancel).ConfigureAwait(false);

        var signatures = await dkim.FinishAsync(pass.BodyAgainAsync).ConfigureAwait(false);
        var chain = await arc.FinishAsync(pass.BodyAgainAsync).ConfigureAwait(false);
        await policies.ConfigureAwait(false);
        var envelope = spf is null ? null : await spf.ConfigureAwait(false);
        var question = new DmarcQuestion { Author = author, Spf = envelope, Dkim = signatures };
        var judged = await dmarc.CheckAsync(question, cancel).ConfigureAwait(false);
        return new MessageResult(envelope, iprev is null ? null : await iprev.ConfigureAwait(false), signatures, chain, judged);
    }
}
