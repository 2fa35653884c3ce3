using Gatepost.EndToEnd.Harness;
using Xunit;

namespace Gatepost.EndToEnd.Errors;

/// <summary>One server for all hostile clients: what one of them does must not reach the next.</summary>
public sealed class HostileServer : IAsyncLifetime
{
    public GatepostServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Server = await GatepostServer.StartAsync(CancellationToken.None, new()
    {
        Sections = """
            [limits]
            connections = 5000
            connections-per-address = 5000
            message-size = "10MB"
            """,
    });

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    /// <summary>Somebody well-behaved is served now: connect, send, get 250, find the message in the mailbox.</summary>
    public async Task ServesOthersAsync(CancellationToken cancel)
    {
        string mark = $"served {Guid.NewGuid():N}";
        await using var client = await Server.ClientAsync(cancel);
        await client.SendMessageAsync("good@client.test", "bob@demo.test", SampleMessage.Small(mark), cancel);
        await Server.ReceivedAsync("bob", mark, cancel);
        Assert.False(Server.Process.HasExited, Server.Said);
    }
}
