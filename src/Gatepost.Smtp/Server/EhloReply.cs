using System.Globalization;
using Gatepost.Replies;
using Gatepost.Smtp.Commands;

namespace Gatepost.Smtp.Server;

/// <summary>The answer to EHLO and LHLO: our name and the keywords of what we support (RFC 5321 §4.1.1.1).</summary>
/// <remarks>The two that most clients get are composed once for each listener.</remarks>
internal sealed class EhloReply
{
    private readonly ListenerProfile profile;
    private readonly Reply clear;
    private readonly Reply encrypted;

    public EhloReply(ListenerProfile profile)
    {
        this.profile = profile;
        clear = Compose(tls: false, [], xclient: false);
        encrypted = Compose(tls: true, [], xclient: false);
    }

    /// <param name="tls">Whether TLS is active; STARTTLS is then not offered again.</param>
    /// <param name="mechanisms">SASL mechanisms to offer; empty for no AUTH.</param>
    /// <param name="xclient">Whether this peer may use XCLIENT.</param>
    public Reply For(bool tls, IReadOnlyList<string> mechanisms, bool xclient) =>
        mechanisms.Count > 0 || xclient ? Compose(tls, mechanisms, xclient)
        : tls ? encrypted
        : clear;

    private Reply Compose(bool tls, IReadOnlyList<string> mechanisms, bool xclient)
    {
        var limits = profile.Limits;
        List<string> keywords = [profile.HostName, "PIPELINING", string.Create(CultureInfo.InvariantCulture, $"SIZE {limits.MaxMessage}")];
        if (profile.HasTls && !tls)
            keywords.Add("STARTTLS");
        if (mechanisms.Count > 0)
            keywords.Add("AUTH " + string.Join(' ', mechanisms));
        keywords.AddRange(["ENHANCEDSTATUSCODES", "8BITMIME", "DSN", "SMTPUTF8", "CHUNKING", "BINARYMIME"]);
        // Only where the message came over TLS itself (RFC 8689 §3); a mailbox store passes nothing on.
        if (tls && !profile.IsLmtp)
            keywords.Add("REQUIRETLS");
        keywords.Add(limits.MaxMessages is { } most
            ? string.Create(CultureInfo.InvariantCulture, $"LIMITS MAILMAX={most} RCPTMAX={limits.MaxRecipients}")
            : string.Create(CultureInfo.InvariantCulture, $"LIMITS RCPTMAX={limits.MaxRecipients}"));
        if (xclient)
            keywords.Add("XCLIENT " + string.Join(' ', XclientParser.Names));
        return profile.Say(ProtocolReplies.EhloBack, ("keywords", keywords));
    }
}
