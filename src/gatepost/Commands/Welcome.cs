using System.Net;
using Gatepost.Configuration;
using Gatepost.Smtp;

namespace Gatepost.Commands;

/// <summary>What a first-time user reads: how to send a message and how to see what became of it.</summary>
internal static class Welcome
{
    public static string Text(Settings settings, IReadOnlyList<IPEndPoint> endPoints)
    {
        string mx = endPoints[0].ToString();
        string data = Path.GetRelativePath(Environment.CurrentDirectory, settings.Data) is var near
            && !near.StartsWith("..", StringComparison.Ordinal) ? near : settings.Data;
        string at = data == "gatepost-data" ? "" : $" --data {data}";
        var ports = settings.Listeners.SelectMany(listener => listener.Addresses.Select(_ => listener.Role)).Zip(endPoints, Port);
        return $"""
            Gatepost runs with its built-in configuration: mail for ann@demo.test and bob@demo.test,
            {string.Join(", ", ports)}. It relays nothing for strangers.

            Send a message from another terminal, with either of
              swaks --server {mx} --from you@example.org --to ann@demo.test
              printf 'Subject: hello\r\n\r\nHello Ann\r\n' | curl -s smtp://{mx} --mail-from you@example.org --mail-rcpt ann@demo.test -T -

            It lands in {data}/mail/demo.test/ann/new. See what became of it, and why:
              ./gatepost trace ann@demo.test{at}
              ./gatepost queue list{at}

            Try what is refused, too: --to nobody@demo.test, --to you@example.org. A configuration of your own: docs/manual/configuration.md

            """;
    }

    private static string Port(ListenerRole role, IPEndPoint point) =>
        role == ListenerRole.Mx ? $"from the world on {point}" : $"from mail programs on {point}";
}
