using System.Net;
using System.Text;
using System.Text.Json;
using Gatepost.Replies;
using Gatepost.Smtp;
using Gatepost.Storage.Journal;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gatepost.Tests.Storage;

public sealed class EventLogTests
{
    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    private async Task<string> LogAsync(EventLogOptions options, params JournalEvent[] events)
    {
        using var output = new MemoryStream();
        await using (var log = new EventLog(options, output, clock))
        {
            foreach (var happened in events)
                log.Record(happened);
        }

        return Encoding.UTF8.GetString(output.ToArray());
    }

    private JournalEvent Accepted(string sender = "ann@host.example") => new()
    {
        Kind = JournalKind.Accepted,
        At = clock.GetUtcNow(),
        Session = "S1",
        QueueId = "000000000001",
        Peer = IPAddress.Parse("192.0.2.7"),
        Sender = sender,
        Size = 1234,
    };

    [Fact]
    public async Task A_line_says_what_happened_under_the_ids_of_the_journal() =>
        Assert.Equal(
            "2026-03-01T12:00:00.000Z accepted id=000000000001 session=S1 client=192.0.2.7 from=<ann@host.example> size=1234\n",
            await LogAsync(new EventLogOptions(), Accepted()));

    [Fact]
    public async Task Journald_gets_levels_and_no_time() =>
        Assert.StartsWith("<6>accepted id=", await LogAsync(new EventLogOptions { Journald = true }, Accepted()), StringComparison.Ordinal);

    [Fact]
    public async Task Nothing_an_unknown_client_says_makes_a_second_line()
    {
        string line = await LogAsync(new EventLogOptions(), Accepted("x\r\n<6>accepted id=forged \u202e\u001b[31m\"\\"));
        Assert.Equal(line.Length - 1, line.IndexOf('\n'));
        Assert.DoesNotContain(line, character => char.IsControl(character) && character != '\n');
        Assert.DoesNotContain('\u202e', line);
    }

    [Fact]
    public async Task Json_lines_are_json()
    {
        string line = await LogAsync(new EventLogOptions { Json = true }, Accepted("\"боб\"\n@host.example"));
        using var json = JsonDocument.Parse(line);
        Assert.Equal("accepted", json.RootElement.GetProperty("event").GetString());
        Assert.Equal("<\"боб\"?@host.example>", json.RootElement.GetProperty("from").GetString());
    }

    [Fact]
    public async Task Replies_that_refuse_are_reported_and_others_are_not()
    {
        var ok = new JournalEvent { Kind = JournalKind.Reply, At = clock.GetUtcNow(), Reply = ProtocolReplies.Ok.Say() };
        var refused =
            ok with { Reply = OurReplies.All.First(entry => entry.Classic.Code >= 500 && !entry.Classic.Text.Contains('{')).Say() };
        string log = await LogAsync(new EventLogOptions(), ok, refused, refused with { Outbound = true });
        Assert.Single(log.TrimEnd().Split('\n'));
        Assert.Contains(" refused ", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reader_who_is_gone_stops_nothing()
    {
        var broken = new MemoryStream();
        broken.Dispose();
        var log = new EventLog(new EventLogOptions(), broken, clock);
        log.Record(Accepted());
        await log.DisposeAsync();
        Assert.Equal(1, log.Dropped);
    }
}
