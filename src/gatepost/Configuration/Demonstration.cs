using System.Net;
using Gatepost.Smtp;

namespace Gatepost.Configuration;

/// <summary>What <c>gatepost serve</c> does without any file: a harmless server on loopback with two mailboxes.</summary>
public static class Demonstration
{
    public const string Toml = """
        hostname = "mail.demo.test"
        data = "gatepost-data"

        [[listener]]
        role = "mx"
        address = "127.0.0.1:2525"

        [[listener]]
        role = "submission"
        address = "127.0.0.1:2587"

        [http]
        panel = "127.0.0.1:8025"

        [[domain]]
        name = "demo.test"
        mailboxes = ["ann", "bob"]
        aliases = { postmaster = "ann" }
        """;

    /// <summary>The listeners of a file that names none.</summary>
    internal static IEnumerable<ListenerSettings> Listeners(bool certified) =>
    [
        Listener(ListenerRole.Mx, 2525, certified),
        Listener(ListenerRole.Submission, 2587, certified),
    ];

    private static ListenerSettings Listener(ListenerRole role, int port, bool certified) => new()
    {
        Role = role,
        Addresses = [new IPEndPoint(IPAddress.Loopback, port)],
        Tls = certified ? TlsUse.StartTls : TlsUse.None,
    };
}
