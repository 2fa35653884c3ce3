using Gatepost.Delivery.Forwarding;
using Gatepost.Delivery.Queue;
using Gatepost.MailAuth.Arc;
using Gatepost.MailAuth.Srs;
using Gatepost.Policy.Directory;
using Gatepost.Replies;
using Gatepost.Signing;
using Gatepost.Smtp;

namespace Gatepost.Forwarding;

/// <summary>Rewrites the sender of forwards and seals them, as the directory says who is ours.</summary>
/// <param name="srs">Rewrites senders.</param>
/// <param name="sealer">Adds the ARC set.</param>
/// <param name="keys">Has the keys in force.</param>
internal sealed class DirectoryForwarder(SrsRewriter srs, ArcSealer sealer, DomainSigner keys) : IForwarder
{
    /// <summary>In force.</summary>
    public required Func<ForwardOptions> Options { private get; init; }

    public required Func<IDirectory> Directory { private get; init; }

    /// <summary>Our name, as in Authentication-Results.</summary>
    public required Func<string> HostName { private get; init; }

    public async ValueTask<ForwardForm> FormAsync(QueuedMessage message, QueuedRecipient recipient, CancellationToken cancel)
    {
        var (options, directory) = (Options(), Directory());
        // To a server of our own domains nothing has to be proved.
        if (await directory.FindDomainAsync(recipient.Address.Domain, cancel) is not null)
            return new ForwardForm(message.Sender, null);
        string domain = options.Domain ?? DomainName.ToAscii(recipient.Accepted.Domain);
        if (domain.Length == 0)
            domain = directory.DefaultDomain ?? HostName();

        var sender = message.Sender;
        if (options.Srs && sender is not null && !await IsOursAsync(sender, directory, cancel))
            sender = srs.Rewrite(sender, domain, message.Arrived) ?? sender;
        // What our own users wrote has our signature; nothing was checked when it came.
        bool seals = options.Arc && message.User is null && message.Session is not null;
        return new ForwardForm(sender, seals ? domain : null);
    }

    public async ValueTask<MessageSignature> SealAsync(Stream message, string domain, CancellationToken cancel)
    {
        var directory = Directory();
        string? original = (await directory.FindDomainAsync(domain, cancel))?.AliasOf;
        var key = keys.KeyOf(domain) ?? keys.KeyOf(original) ?? keys.KeyOf(directory.DefaultDomain);
        if (key is null)
            return new MessageSignature(default, OurEvidence.ArcNoKey.Say(domain));
        return await sealer.SealAsync(message, HostName(), key, null, null, cancel);
    }

    private async ValueTask<bool> IsOursAsync(Mailbox sender, IDirectory directory, CancellationToken cancel) =>
        sender.Domain.Equals(HostName(), StringComparison.OrdinalIgnoreCase)
        || sender.Domain.Equals(Options().Domain, StringComparison.OrdinalIgnoreCase)
        || await directory.FindDomainAsync(sender.Domain, cancel) is not null;
}
