using Gatepost.Commands;
using Gatepost.Configuration;
using Gatepost.Delivery.Queue;
using Gatepost.MailAuth;
using Gatepost.MailAuth.Arc;
using Gatepost.MailAuth.Dkim;
using Gatepost.Policy.Directory;
using Gatepost.Policy.Quarantine;
using Gatepost.Replies;
using Gatepost.Signing;
using Gatepost.Smtp;
using Gatepost.Web.Control;
using Xunit;

namespace Gatepost.Tests.Program;

/// <summary>The tables and messages of the verbs take every word from the folder of a language.</summary>
[Collection(nameof(ThirdLanguageTests))]
public sealed class ThirdLanguageTableTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 28, 12, 0, 0, TimeSpan.Zero);

    private readonly MadeUpLanguage words = new();
    private readonly StringWriter output = new();

    private Terminal Terminal => new(output, isTerminal: false);

    private ReplyExplainer Meanings => new(words.Catalogue, MadeUpLanguage.Code);

    private string Written => output.ToString();

    public void Dispose()
    {
        output.Dispose();
        words.Dispose();
    }

    private static QueueItem Message => new()
    {
        QueueId = "35BGGDR8MWA9",
        Sender = "ann@demo.test",
        Arrived = Noon,
        Size = 2_000,
        Client = "192.0.2.7",
        Recipients =
        [
            new QueueItemRecipient
            {
                Address = "bob@host.example",
                Accepted = "sales@demo.test",
                Destination = "host.example",
                State = RecipientState.Queued,
                Attempts = 2,
                NextAttempt = Noon,
                LastAttempt = Noon,
                Last = new QueueItemReply
                {
                    Code = 450, Status = "4.2.1", Text = "busy", Stage = "RCPT TO", Entry = "status-only", Host = "mx.host.example",
                },
            },
            new QueueItemRecipient
            {
                Address = "eve@host.example", Destination = "host.example", State = RecipientState.Held, Attempts = 0,
            },
        ],
    };

    private static readonly string[] SaidOfMessage =
        ["35BGGDR8MWA9", "ann@demo.test", "bob@host.example", "eve@host.example", "sales@demo.test", "mx.host.example", "host.example",
            "RCPT TO", "4.2.1 busy", "busy", "status-only"];

    [Fact]
    public async Task No_English_is_left_in_the_queue()
    {
        await QueueTable.WriteAsync(Each(Message), Terminal, Meanings, TestContext.Current.CancellationToken);
        QueueTable.Write(Message, Terminal, Meanings);
        QueueTable.Write(Message with { User = "ann@demo.test" }, Terminal, Meanings);
        QueueTable.Write(Message with { Client = null }, Terminal, Meanings);
        foreach (string by in (string[])["destination", "reason"])
            await QueueGroups.WriteAsync(Each(Message), by, Terminal, Meanings, json: false, TestContext.Current.CancellationToken);
        await QueueTable.WriteAsync(Each<QueueItem>(), Terminal, Meanings, TestContext.Current.CancellationToken);

        Assert.Contains("35BGGDR8MWA9", Written, StringComparison.Ordinal);
        string[] reasons = [
            .. Message.Recipients.Select(one => one.Last).OfType<QueueItemReply>().Select(last => Meanings.WithMeaning(last).Reason!)];
        MadeUpLanguage.NoEnglish(Written, [.. SaidOfMessage, .. reasons]);
    }

    [Fact]
    public async Task No_English_is_left_in_the_quarantine()
    {
        var message = new QuarantinedMessage
        {
            Id = "35BGGDR8MWA9",
            VerdictId = "G-J39PFDYT",
            At = Noon,
            Rule = "virus-found",
            Why = OurEvidence.VirusFound.Say("clamav", "Eicar"),
            Facts = [OurFacts.Virus.Is("Eicar"), OurFacts.WouldPass.Is(OurEvidence.PassWithoutVirus.Say())],
            Size = 5_000,
            Session = "S-1",
            Role = ListenerRole.Mx,
            Client = "192.0.2.7:25",
            User = "ann@demo.test",
            Sender = "ann@demo.test",
            Recipients = [.. Enumerable.Range(1, 5).Select(number => new QuarantinedRecipient($"bob{number}@host.example"))],
        };
        var refused = message with { Reply = "554 5.7.1 no", User = null };
        await QuarantineTable.WriteAsync(Each(message, refused), Terminal, words.Texts, TestContext.Current.CancellationToken);
        await QuarantineTable.WriteAsync(Each<QuarantinedMessage>(), Terminal, words.Texts, TestContext.Current.CancellationToken);
        QuarantineTable.Write(new QuarantineContent(message, "123", IsWhole: false), Terminal, words.Texts);
        QuarantineTable.Write(new QuarantineContent(refused, "123", IsWhole: true), Terminal, words.Texts);

        MadeUpLanguage.NoEnglish(
            Written, "35BGGDR8MWA9", "G-J39PFDYT", "virus-found", "clamav", "Eicar", "ann@demo.test", "host.example", "bob",
                "554 5.7.1 no");
    }

    [Fact]
    public async Task No_English_is_left_in_the_directory()
    {
        var row = new DirectoryRow
        {
            Name = "ann@demo.test",
            From = "directory",
            By = "root",
            At = Noon,
            Kind = Gatepost.Policy.Directory.DomainKind.Hosted,
            AliasOf = "host.example",
            Deliver = "lmtp:host.example:24",
            CatchAll = "bob@host.example",
            Delimiter = "+",
            Targets = ["bob@host.example"],
            KeepsCopy = true,
            CanLogIn = false,
            SendsAs = ["@host.example"],
            MovedTo = "bob@host.example",
            Quota = 5_000,
            QuotaUsed = 50,
            RecipientsUsed = 4,
            ReceivedPerHour = 3,
            Suspensions =
                [new SuspensionRow("sending", "root", Noon, "", Noon, InForce: false),
                    new SuspensionRow("login", "root", null, "", null, true)],
            Id = 7,
            Side = BlockSide.Recipient,
            Until = Noon,
        };
        foreach (var kind in Enum.GetValues<DirectoryKind>())
        {
            foreach (bool single in (bool[])[true, false])
            {
                var table = new DirectoryTable(Terminal, words.Texts);
                DirectoryRow[] rows = [
                    row, row with { From = "configuration", Side = BlockSide.Sender, KeepsCopy = false, CanLogIn = true }];
                await table.WriteAsync(Each(rows), kind, single, TestContext.Current.CancellationToken);
            }
        }

        MadeUpLanguage.NoEnglish(
            Written, "ann@demo.test", "bob@host.example", "lmtp:host.example:24", "host.example", "root", "sending", "login", "hosted",
            "recipient", "sender");
    }

    [Fact]
    public void No_English_is_left_in_clients_keys_and_checks()
    {
        ClientCommand.Write(
            [new ServerBlock("192.0.2.7", "too-many-connections", Noon, Noon, OurEvidence.ConnectionsCounted.Say(
                9, "192.0.2.7", TimeSpan.FromMinutes(1), 8))], Terminal, words.Texts);
        using var key = SigningKey.Create("demo.test", "s1", SignatureAlgorithm.RsaSha256);
        var keys = Enum.GetValues<KeyState>().Select(state => KeyAdministration.Line(new StoredKey(key, state, Noon)));
        DkimCommand.Write(keys, Terminal, words.Texts);
        var arc = new ArcResult { Result = AuthResult.None, Hops = [], OldestPass = 0, Steps = [OurEvidence.DkimNone.Say()] };
        ArcCheckCommand.Write(new CheckPrinter(Terminal, words.Texts), arc);

        MadeUpLanguage.NoEnglish(
            string.Join('\n', Written.Split('\n').Where(line => !line.Contains(" TXT ", StringComparison.Ordinal))),
            "too-many-connections", "demo.test", "rsa", "arc=none");
    }

    [Fact]
    public void No_English_is_left_in_what_serve_says_without_a_configuration()
    {
        var settings = SettingsReader.Load(null, new Overrides());
        var points = settings.Listeners.SelectMany(listener => listener.Addresses).ToList();
        string text = Welcome.Text(settings, points, new Uri("http://127.0.0.1:8025/sign-in/link/0"), words.Texts);

        string[] commands = [.. text.Split('\n').Where(line => line.StartsWith("  ", StringComparison.Ordinal))];
        Assert.Equal(4, commands.Length);
        MadeUpLanguage.NoEnglish(
            text, [.. commands, $"{settings.Data}/mail/demo.test/ann/new", "gatepost-data/mail/demo.test/ann/new", "ann@demo.test",
                "bob@demo.test", "--to nobody@demo.test, --to you@example.org", "docs/manual/configuration.md",
                    "http://127.0.0.1:8025/sign-in/link/0",
                "Gatepost"]);
    }

    private static async IAsyncEnumerable<T> Each<T>(params T[] items)
    {
        foreach (var item in items)
        {
            await Task.Yield();
            yield return item;
        }
    }
}
