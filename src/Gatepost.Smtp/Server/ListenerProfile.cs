using System.Net;
using Gatepost.Replies;

namespace Gatepost.Smtp.Server;

/// <summary>
/// What applies to every session of one listener, computed once: limits, style, and the replies that are the same for all.
/// </summary>
public sealed class ListenerProfile
{
    public ListenerProfile(SmtpServerOptions server, ListenerOptions listener)
    {
        Server = server;
        Listener = listener;
        Limits = listener.Limits ?? server.Limits;
        Certificates = listener.Certificates ?? server.Certificates;
        Greeting = Say(IsLmtp ? ProtocolReplies.LmtpGreeting : ProtocolReplies.Greeting, ("host", server.HostName));
        Helo = Say(ProtocolReplies.HelloBack, ("host", server.HostName));
        Ehlo = new EhloReply(this);
        Help = Say(server.HelpIsStatus ? ProtocolReplies.HelpAsStatus : ProtocolReplies.Help, ("url", server.HelpUrl));
    }

    public SmtpServerOptions Server { get; }

    public ListenerOptions Listener { get; }

    public SessionLimits Limits { get; }

    public ICertificateSource? Certificates { get; }

    public string HostName => Server.HostName;

    public bool IsLmtp => Listener.Role == ListenerRole.Lmtp;

    public bool HasTls => Certificates is { Any: true };

    internal Reply Greeting { get; }

    internal Reply Helo { get; }

    internal EhloReply Ehlo { get; }

    internal Reply Help { get; }

    /// <summary>The reply in the style of this server.</summary>
    public Reply Say(ReplyEntry entry, params ReadOnlySpan<(string Name, object? Value)> arguments) =>
        entry.Say(arguments).As(Server.Style);

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
}
