using System.Net;
using Gatepost.Configuration;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Commands;

/// <summary>What a first-time user reads: how to send a message and how to see what became of it.</summary>
internal static class Welcome
{
    public static string Text(Settings settings, IReadOnlyList<IPEndPoint> endPoints, Uri? panel, Texts texts)
    {
        string mx = endPoints[0].ToString();
        string data = Path.GetRelativePath(Environment.CurrentDirectory, settings.Data) is var near
            && !near.StartsWith("..", StringComparison.Ordinal) ? near : settings.Data;
        string at = data == "gatepost-data" ? "" : $" --data {data}";
        var ports = settings.Listeners.SelectMany(listener => listener.Addresses.Select(_ => listener.Role))
            .Zip(endPoints, (role, point) =>
                texts.Say(role == ListenerRole.Mx ? "welcome.mx" : "welcome.submission", ("point", $"{point}")));
        return $"""
            {texts.Say("welcome.runs", ("addresses", "ann@demo.test, bob@demo.test"))}
            {texts.Say("welcome.ports", ("ports", string.Join(", ", ports)))}

            {(panel is null ? "" : texts.Say("welcome.panel", ("link", panel)))}

            {texts.Say("welcome.send")}
              swaks --server {mx} --from you@example.org --to ann@demo.test
              printf 'Subject: hello\r\n\r\nHello Ann\r\n' | curl -s smtp://{mx} --mail-from you@example.org --mail-rcpt ann@demo.test -T -

            {texts.Say("welcome.lands", ("folder", $"{data}/mail/demo.test/ann/new"))}
              ./gatepost trace ann@demo.test{at}
              ./gatepost queue list{at}

            {texts.Say("welcome.refused", ("examples", "--to nobody@demo.test, --to you@example.org"))}
            {texts.Say("welcome.configure", ("page", "docs/manual/configuration.md"))}

            """;
    }
}
