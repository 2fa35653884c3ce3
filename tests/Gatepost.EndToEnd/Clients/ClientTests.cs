using System.Text;
using Gatepost.EndToEnd.Harness;
using Xunit;

namespace Gatepost.EndToEnd.Clients;

/// <summary>One server for all clients, started once.</summary>
public sealed class ClientServer : IAsyncLifetime
{
    public const string Johanna = "йоханна";

    public static IReadOnlyList<string> Crowd { get; } = [.. Enumerable.Range(0, 100).Select(number => $"reader{number:00}")];

    public GatepostServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync() =>
        Server = await GatepostServer.StartAsync(CancellationToken.None, new() { Mailboxes = ["ann", Johanna, .. Crowd] });

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}

/// <summary>Programs people send mail with, each in every way it can: what arrives is what was sent, octet for octet.</summary>
public sealed class ClientTests(ClientServer fixture) : IClassFixture<ClientServer>
{
    private static readonly Dictionary<string, IForeignClient> Clients = new()
    {
        ["swaks"] = new Swaks(),
        ["msmtp"] = new Msmtp(),
        ["curl"] = new Curl(),
        ["smtplib"] = new PythonSmtplib(),
        ["nodemailer"] = new Nodemailer(),
        ["MailKit DATA"] = new MailKitClient(binaryData: false),
        ["MailKit BDAT"] = new MailKitClient(binaryData: true),
    };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string> Names => [.. Clients.Keys];

    public static TheoryData<string, Protection> NamesAndProtections =>
        [.. Clients.Keys.SelectMany(name => Enum.GetValues<Protection>().Select(protection => (name, protection)))];

    private GatepostServer Server => fixture.Server;

    [Theory]
    [MemberData(nameof(NamesAndProtections))]
    public async Task Octets_arrive_as_sent(string name, Protection protection)
    {
        byte[] received = await ArrivesAsync(name, Letter("ann") with { Protection = protection, Port = Port(protection) }, "ann");

        string trace = Encoding.UTF8.GetString(received);
        Assert.Contains(protection == Protection.None ? " with ESMTP id "
            : " with ESMTPS id ", trace[..trace.IndexOf("\nFrom:", StringComparison.Ordinal)], StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Twenty_five_megabytes_arrive_as_sent(string name)
    {
        byte[] large = SampleMessage.Large("sender@client.test", "ann@demo.test", 25 * 1024 * 1024);

        await ArrivesAsync(name, Letter("ann") with { Octets = large }, "ann");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_hundred_recipients_get_a_copy_each(string name)
    {
        var letter = Letter([.. ClientServer.Crowd]);
        byte[] sent = await SendAsync(name, letter);

        foreach (string reader in ClientServer.Crowd)
        {
            byte[] received = await Server.ReceivedAsync(reader, MessageId(letter), Cancel);
            Octets.ArrivedAsSent(sent, received);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Addresses_in_UTF_8_are_taken_from_clients_that_announce_them(string name)
    {
        var client = Clients[name];
        client.Need();
        var letter = Letter(ClientServer.Johanna) with { From = "отправитель@client.test" };

        if (client.SpeaksUtf8)
        {
            await ArrivesAsync(name, letter, ClientServer.Johanna);
        }
        else
        {
            // It sends the octets all the same; the refusal has to say what is missing.
            var refusal = await Assert.ThrowsAsync<ClientRefusedException>(() => SendAsync(name, letter));
            Assert.Contains("SMTPUTF8", refusal.Message, StringComparison.Ordinal);
        }
    }

    private async Task<byte[]> ArrivesAsync(string name, Letter letter, string mailbox)
    {
        byte[] sent = await SendAsync(name, letter);
        byte[] received = await Server.ReceivedAsync(mailbox, MessageId(letter), Cancel);
        Octets.ArrivedAsSent(sent, received);
        return received;
    }

    /// <summary>Sends, and returns the octets that are to arrive.</summary>
    private async Task<byte[]> SendAsync(string name, Letter letter)
    {
        Clients[name].Need();
        return await Clients[name].SendAsync(letter, Server.Scratch, Cancel) ?? letter.Octets;
    }

    private Letter Letter(params string[] mailboxes) => new()
    {
        Port = Server.Setup.Mx,
        Protection = Protection.None,
        From = "sender@client.test",
        Recipients = [.. mailboxes.Select(mailbox => mailbox + "@demo.test")],
        Octets = SampleMessage.Tricky("sender@client.test", "ann@demo.test"),
        Tls = Server.Tls,
    };

    private int Port(Protection protection) => protection == Protection.Implicit ? Server.Setup.MxImplicitTls : Server.Setup.Mx;

    private static string MessageId(Letter letter)
    {
        string head = Encoding.UTF8.GetString(letter.Octets.AsSpan(0, 400));
        int at = head.IndexOf("Message-ID: ", StringComparison.Ordinal) + 12;
        return head[at..head.IndexOf('\r', at)];
    }
}
