using System.Text;
using Gatepost.EndToEnd.Harness;
using Xunit;

namespace Gatepost.EndToEnd.Operation;

/// <summary>What users of the machine who are not the administrator may do, and see.</summary>
public sealed class OrdinaryUserTests
{
    private const UnixFileMode Others =
        UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sendmail_needs_the_socket_and_neither_configuration_nor_keys()
    {
        Component.NeedsRoot("to become another user");
        Component.Needs("setpriv");
        await using var server = await GatepostServer.StartAsync(Cancel);
        File.SetUnixFileMode(server.ConfigFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        // As /run/gatepost is: others may enter and not look round.
        File.SetUnixFileMode(server.Data, (UnixFileMode)0b111_000_001);

        string mark = $"by nobody {Guid.NewGuid():N}";
        var sent = await ChildProcess.RunAsync(
            "setpriv",
            ["--reuid=65534", "--regid=65534", "--clear-groups", "dotnet", GatepostServer.Program, "sendmail", "--config",
                server.ConfigFile,
                "ann@demo.test"], Cancel, folder: "/",
            environment: new Dictionary<string, string>
            {
                ["GATEPOST_SUBMIT"] = Path.Combine(server.Data, "submit.sock"),
                ["HOME"] = "/nonexistent",
            },
            input: Encoding.UTF8.GetBytes($"Subject: {mark}\n\ntext\n"));

        Assert.True(sent.ExitCode == 0, sent.ToString());
        await server.ReceivedAsync("ann", mark, Cancel);
    }

    /// <summary>The umask of a shell is 022, and the folder may have been there with any mode.</summary>
    [Fact]
    public async Task What_the_server_keeps_is_private_whatever_the_umask()
    {
        await using var server = await GatepostServer.StartAsync(Cancel);
        string mark = $"private {Guid.NewGuid():N}";
        await using (var client = await server.ClientAsync(Cancel))
            await client.SendMessageAsync("ann@client.test", "bob@demo.test", SampleMessage.Small(mark), Cancel);
        await server.ReceivedAsync("bob", mark, Cancel);

        var open = Directory.EnumerateFileSystemEntries(server.Data, "*", SearchOption.AllDirectories)
            .Where(path => !path.EndsWith(".sock", StringComparison.Ordinal) && (File.GetUnixFileMode(path) & Others) != 0)
            .Select(path => $"{path} {File.GetUnixFileMode(path)}").ToList();
        Assert.True(open.Count == 0, string.Join('\n', open));
    }
}
