using System.Globalization;
using System.Net;
using Gatepost.Replies;

namespace Gatepost.Smtp.Server;

/// <summary>What holds for every session of one listener, worked out once: limits, style, and the replies that are the same for all.</summary>
public sealed class ListenerTerms
{
    private readonly Reply clearEhlo;
    private readonly Reply tlsEhlo;

    public ListenerTerms(SmtpServerOptions server, ListenerOptions listener)
    {
        Server = server;
        Listener = listener;
        Limits = listener.Limits ?? server.Limits;
        Certificates = listener.Certificates ?? server.Certificates;
        Greeting = Say(IsLmtp ? OurReplies.LmtpGreeting : OurReplies.Greeting, ("host", server.HostName));
        Hello = Say(OurReplies.HelloBack, ("host", server.HostName));
        Help = Say(server.HelpIsStatus ? OurReplies.HelpAsStatus : OurReplies.Help, ("url", server.HelpUrl));
        clearEhlo = ComposeEhlo(tls: false, [], xclient: false);
        tlsEhlo = ComposeEhlo(tls: true, [], xclient: false);
    }

    public SmtpServerOptions Server { get; }

    public ListenerOptions Listener { get; }

    public SessionLimits Limits { get; }

    public ICertificateSource? Certificates { get; }

    public string HostName => Server.HostName;

    public bool IsLmtp => Listener.Role == ListenerRole.Lmtp;

    public bool HasTls => Certificates is { Any: true };

    internal Reply Greeting { get; }

    internal Reply Hello { get; }

    internal Reply Help { get; }

    /// <summary>The reply in the style spoken here.</summary>
    public Reply Say(ReplyEntry entry, params ReadOnlySpan<(string Name, object? Value)> arguments) => entry.Say(arguments).As(Server.Style);

    internal Reply Ehlo(bool tls, IReadOnlyList<string> mechanisms, bool xclient) =>
        mechanisms.Count > 0 || xclient ? ComposeEhlo(tls, mechanisms, xclient)
        : tls ? tlsEhlo
        : clearEhlo;

    internal bool MayProxy(IPAddress peer) => Contains(Listener.ProxyFrom, peer);

    internal bool MayXclient(IPAddress peer) => Contains(Listener.XclientFrom, peer);

    private static bool Contains(IReadOnlyList<IPNetwork> networks, IPAddress peer)
    {
        foreach (var network in networks)
        {
            if (network.Contains(peer))
                return true;
        }

        return false;
    }

    private Reply ComposeEhlo(bool tls, IReadOnlyList<string> mechanisms, bool xclient)
    {
        List<string> keywords =
        [
            HostName,
            "PIPELINING",
            string.Create(CultureInfo.InvariantCulture, $"SIZE {Limits.MaxMessage}"),
        ];
        if (HasTls && !tls)
            keywords.Add("STARTTLS");
        if (mechanisms.Count > 0)
            keywords.Add("AUTH " + string.Join(' ', mechanisms));
        keywords.AddRange(["ENHANCEDSTATUSCODES", "8BITMIME", "DSN", "SMTPUTF8", "CHUNKING", "BINARYMIME"]);
        keywords.Add(Limits.MaxMessages is { } most
            ? string.Create(CultureInfo.InvariantCulture, $"LIMITS MAILMAX={most} RCPTMAX={Limits.MaxRecipients}")
            : string.Create(CultureInfo.InvariantCulture, $"LIMITS RCPTMAX={Limits.MaxRecipients}"));
        if (xclient)
            keywords.Add("XCLIENT " + string.Join(' ', Commands.XclientParser.Names));
        return Say(OurReplies.EhloBack, ("keywords", keywords));
    }
}
