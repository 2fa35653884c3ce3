using Gatepost.EndToEnd.Harness;
using Xunit;

namespace Gatepost.EndToEnd.Errors;

/// <summary>The receiving server breaks off at each stage; the message arrives by a later attempt, whole and once.</summary>
public sealed class PeerDeathTests
{
    public static TheoryData<PeerDeath, bool> Deaths =>
        [.. Enum.GetValues<PeerDeath>().Where(death => death != PeerDeath.Never)
            .SelectMany(death => new[] { (death, false), (death, true) })];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Deaths))]
    public async Task A_message_survives_the_death_of_its_receiver(PeerDeath death, bool rudely)
    {
        await using var peer = ScriptedPeer.Start(
            new() { Dies = connection => connection == 0 ? death : PeerDeath.Never, Rudely = rudely });
        await using var server = await GatepostServer.StartAsync(Cancel, new() { Sections = RetryingTo(peer.Port) });
        byte[] message = SampleMessage.Large("ann@demo.test", "bob@partner.test", 300_000);

        await using var client = await SmtpSocket.GreetedAsync(server.Setup.Internal, Cancel);
        await client.SendMessageAsync("ann@demo.test", "bob@partner.test", message, Cancel);

        await Eventually.TrueAsync(() => !peer.Taken.IsEmpty, () =>
            $"{peer.Connections} connections\n{string.Join("\n", peer.Received)}\n{server.Said}", Cancel);
        await QueueIsEmptyAsync(server);
        var taken = Assert.Single(peer.Taken);
        Assert.True(taken.Octets.AsSpan().EndsWith(message), "the octets differ");
        Assert.Contains("bob@partner.test", Assert.Single(taken.Recipients), StringComparison.Ordinal);
        Assert.Empty(server.Delivered("ann"));
    }

    [Fact]
    public async Task A_receiver_that_dies_between_two_recipients_gets_each_of_them_once()
    {
        int answered = 0;
        await using var peer = ScriptedPeer.Start(new()
        {
            // The first recipient passes, the second has to wait: one transaction each.
            Answer = line => line.Contains("<second@", StringComparison.Ordinal) && Interlocked.Increment(ref answered) == 1
                ? "452 4.5.3 Too many recipients" : null,
        });
        await using var server = await GatepostServer.StartAsync(Cancel, new() { Sections = RetryingTo(peer.Port) });

        await using var client = await SmtpSocket.GreetedAsync(server.Setup.Internal, Cancel);
        await client.AskAsync("MAIL FROM:<ann@demo.test>", "250", Cancel);
        await client.AskAsync("RCPT TO:<first@partner.test>", "250", Cancel);
        await client.AskAsync("RCPT TO:<second@partner.test>", "250", Cancel);
        await client.AskAsync("DATA", "354", Cancel);
        await client.SendAsync(SmtpSocket.Stuffed(SampleMessage.Small("for two")), Cancel);
        await client.ExpectAsync("250", Cancel);

        await Eventually.TrueAsync(() => peer.Taken.Count >= 2, () => server.Said, Cancel);
        await QueueIsEmptyAsync(server);
        string[] recipients = [.. peer.Taken.SelectMany(message => message.Recipients).Select(path => path.Split(' ')[0]).Order()];
        Assert.Equal(["<first@partner.test>", "<second@partner.test>"], recipients);
    }

    [Fact]
    public async Task Octets_injected_behind_STARTTLS_are_never_taken_for_replies()
    {
        using var scratch = new ScratchFolder();
        await using var peer = ScriptedPeer.Start(new()
        {
            Tls = Certificates.Make(scratch, "peer.test"),
            InjectedBehindStartTls = "250-peer.test\r\n250 SIZE 10\r\n250 2.1.0 Ok\r\n250 2.1.5 Ok\r\n354 Go\r\n250 2.0.0 Stolen\r\n",
        });
        await using var server = await GatepostServer.StartAsync(Cancel, new() { Sections = RetryingTo(peer.Port) });
        byte[] message = SampleMessage.Tricky("ann@demo.test", "bob@partner.test");

        await using var client = await SmtpSocket.GreetedAsync(server.Setup.Internal, Cancel);
        await client.SendMessageAsync("ann@demo.test", "bob@partner.test", message, Cancel);

        // Whether it gives up on such a peer's TLS or starts anew behind it: the forged 250 must not empty the queue.
        await Eventually.TrueAsync(() => peer.Received.Any(line => line.StartsWith("STARTTLS", StringComparison.OrdinalIgnoreCase)), () =>
            server.Said, Cancel);
        await Eventually.TrueAsync(
            async () => !peer.Taken.IsEmpty || (await server.RunAsync(Cancel, "queue", "list", "--json"))
                .Output.Contains("partner.test", StringComparison.Ordinal),
            () => server.Said,
            Cancel);
        Assert.All(peer.Taken, taken => Assert.True(taken.Octets.AsSpan().EndsWith(message)));
    }

    internal static string RetryingTo(int port) => $"""
        [queue]
        retry-first = "1s"
        retry-longest = "1s"

        [delivery]
        smarthost = "127.0.0.1:{port}"
        """;

    internal static Task QueueIsEmptyAsync(GatepostServer server) => Eventually.TrueAsync(
        async () => (await server.RunAsync(Cancel, "queue", "list", "--json")).Output.Trim() is "[]" or "",
        () => server.Said,
        Cancel,
        "the queue is empty");
}
