using Gatepost.EndToEnd.Harness;
using Xunit;

namespace Gatepost.EndToEnd.Panel;

/// <summary>One server with a panel, two domains and an account for each role; started once for all tests of a class.</summary>
public sealed class PanelServerFixture : IAsyncLifetime
{
    public const string Password = "correct horse";

    public const string Operator = "olga@demo.test";

    public const string Support = "sam@demo.test";

    public const string Administrator = "ann@demo.test";

    public const string User = "bob@demo.test";

    /// <summary>Of another tenant.</summary>
    public const string Other = "eve@other.test";

    /// <summary>To whom the other tenant writes; no server answers there.</summary>
    public const string OtherRecipient = "hidden@far.test";

    public GatepostServer Server { get; private set; } = null!;

    /// <summary>A message of another tenant that waits in the queue; its id.</summary>
    public string OtherId { get; private set; } = "";

    public int Port { get; } = Loopback.FreePort();

    public async ValueTask InitializeAsync()
    {
        var hashed = await ChildProcess.RunAsync(
            "dotnet", [GatepostServer.Program, "password"], CancellationToken.None,
                input: System.Text.Encoding.UTF8.GetBytes(Password + "\n"));
        string accounts = string.Join('\n', new[] { Operator, Support, Administrator, User, Other }
            .Select(account => $"[[account]]\naddress = \"{account}\"\n{hashed.Output.Trim()}\n"));
        Server = await GatepostServer.StartAsync(CancellationToken.None, new GatepostSetup
        {
            Mailboxes = ["ann", "bob", "olga", "sam"],
            HttpKeys = $"""
                panel = "127.0.0.1:{Port}"
                panel-hosts = ["desk.demo.test"]
                panel-operators = ["{Operator}"]
                panel-support = ["{Support}"]
                panel-administrators = ["{Administrator}"]
                """,
            Sections = $"""
                [[transport]]
                domain = "far.test"
                to = "127.0.0.1:{Loopback.FreePort()}"

                [[domain]]
                name = "other.test"
                mailboxes = ["eve"]

                {accounts}
                """,
        });
        OtherId = await SendAsync(Other, OtherRecipient, "EHLO tenant.test");
    }

    /// <summary>Hands a message to the internal listener.</summary>
    /// <returns>Its queue id.</returns>
    internal async Task<string> SendAsync(string from, string to, string hello)
    {
        await using var client = await SmtpSocket.GreetedAsync(Server.Setup.Internal, CancellationToken.None, hello);
        await client.AskAsync($"MAIL FROM:<{from}>", "250", CancellationToken.None);
        await client.AskAsync($"RCPT TO:<{to}>", "250", CancellationToken.None);
        await client.AskAsync("DATA", "354", CancellationToken.None);
        string taken = await client.AskAsync("Subject: hello\r\n\r\nhello\r\n.", "250", CancellationToken.None);
        return taken[(taken.LastIndexOf(' ') + 1)..].Trim();
    }

    internal Task<PanelClient> SignedInAsync(string account, CancellationToken cancel) =>
        PanelClient.OfAsync(account, Password, Port, cancel);

    /// <summary>What <c>find --json</c> says, once it finds something with <paramref name="mark"/> in it.</summary>
    internal async Task<string> FoundAsync(string mark, CancellationToken cancel, params string[] words)
    {
        string found = "";
        await Eventually.TrueAsync(
            async () =>
                (found = (await Server.RunAsync(cancel, ["find", .. words, "--json"])).Output).Contains(mark, StringComparison.Ordinal),
            () => found + Server.Said, cancel, $"{mark} in the journal");
        return found;
    }

    public ValueTask DisposeAsync() => Server?.DisposeAsync() ?? default;
}
