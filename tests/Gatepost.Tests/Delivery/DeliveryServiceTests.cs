using System.Net;
using System.Net.Sockets;
using Gatepost.Delivery.Queue;
using Gatepost.Delivery.Schedule;
using Gatepost.Delivery.Shaping;
using Gatepost.Replies;
using Gatepost.Smtp;
using Gatepost.Tests.Smtp.Client;
using Xunit;

namespace Gatepost.Tests.Delivery;

/// <summary>From the queue to an end: delivered, deferred, refused, expired, and where each message goes.</summary>
public sealed class DeliveryServiceTests : DeliveryRun
{
    [Fact]
    public async Task A_message_for_a_Maildir_lies_in_new_with_Return_Path_and_Delivered_To_and_has_left_the_queue()
    {
        using var folder = new TempFolder();
        await using var service = await StartAsync(new ScriptedConnector());
        Add(new Destination(DestinationKind.Maildir, folder.Path), "bob@demo.test");

        await Until(() => queue.Count == 0);

        string file = Assert.Single(Directory.GetFiles(Path.Combine(folder.Path, "new")));
        Assert.Equal(
            "Return-Path: <ann@client.example>\r\nDelivered-To: bob@demo.test\r\nSubject: hi\r\n\r\nbody\r\n", File.ReadAllText(file));
        Assert.Empty(Directory.GetFiles(Path.Combine(folder.Path, "tmp")));
        Assert.EndsWith($",S={new FileInfo(file).Length}", file);
    }

    [Fact]
    public async Task A_message_goes_to_the_best_mail_host_and_the_journal_tells_it()
    {
        var connector = Taking();
        await using var service = await StartAsync(connector);
        string id = Add(Mx("example.org"), "bob@example.org");

        await Until(() => queue.Count == 0);

        Assert.Equal("8.8.4.1:25", Assert.Single(connector.Asked).ToString());
        var delivered = Assert.Single(journal.Events, happened => happened.Kind == JournalKind.Delivered);
        Assert.Equal((id, "bob@example.org", "ann@client.example", "mx1.example.org", 250),
            (delivered.QueueId, delivered.Recipient, delivered.Sender, delivered.PeerName, delivered.Reply!.Code));
        Assert.All(journal.Events.Where(happened => happened.QueueId == id), happened => Assert.Equal(delivered.Session, happened.Session));
        Assert.Empty(queue.Notices);
    }

    [Fact]
    public async Task A_host_that_refuses_connections_is_passed_over_for_the_next()
    {
        var connector = new ScriptedConnector
        {
            Otherwise = endPoint =>
            endPoint.ToString() == "8.8.4.1:25" ? SocketError.ConnectionRefused : NewPeer()
        };
        await using var service = await StartAsync(connector);
        Add(Mx("example.org"), "bob@example.org");

        await Until(() => queue.Count == 0);
        Assert.Equal(["8.8.4.1:25", "8.8.4.2:25"], connector.Asked.Select(asked => asked.ToString()));
        Assert.Contains(journal.Events, happened => happened.Reply?.Entry.Id == "connection-refused");
    }

    [Fact]
    public async Task A_deferred_recipient_keeps_the_last_reply_and_is_tried_again_in_its_time()
    {
        int tries = 0;
        var connector = Taking(line =>
            line.StartsWith("RCPT", StringComparison.Ordinal) && ++tries == 1 ? "451 4.7.1 greylisted, come back" : null);
        await using var service = await StartAsync(connector);
        string id = Add(Mx("single.example"), "bob@single.example");

        await Until(() => queue.Settlements.Count == 1);
        var waiting = queue.Find(id, 0)!;
        Assert.Equal(
            (1, 451, "4.7.1", "greylisted, come back", "mx1.example.org", "8.8.4.1", Stage.RcptTo),
            (waiting.Attempts, waiting.Last!.Code, waiting.Last.Status, waiting.Last.Text, waiting.Last.Host, waiting.Last.Address,
                waiting.Last.Stage));
        Assert.InRange(waiting.NextAttempt - time.GetUtcNow(), TimeSpan.FromMinutes(4.4), TimeSpan.FromMinutes(5.6));

        await PassAsync(TimeSpan.FromMinutes(6), () => queue.Count == 0);
        Assert.Equal([JournalKind.Deferred, JournalKind.Delivered], journal.Events.Select(happened => happened.Kind)
            .Where(kind => kind is JournalKind.Deferred or JournalKind.Delivered));
    }

    [Fact]
    public async Task A_retry_due_in_a_second_is_not_slept_over_until_the_next_look_at_the_queue()
    {
        int tries = 0;
        var connector = Taking(line => line.StartsWith("RCPT", StringComparison.Ordinal) && ++tries == 1 ? "451 4.7.1 come back" : null);
        await using var service = await StartAsync(
            connector, options: Options() with { Retry = new RetrySchedule { First = TimeSpan.FromSeconds(1) } });
        var start = time.GetUtcNow();
        Add(Mx("single.example"), "bob@single.example");
        await Until(() => queue.Settlements.Count == 1);

        await PassAsync(TimeSpan.FromSeconds(3), () => queue.Count == 0);
        Assert.InRange(time.GetUtcNow() - start, TimeSpan.Zero, TimeSpan.FromSeconds(20));
    }

    /// <summary>A clock ten days ahead at the start makes all waiting mail look old: it gets its time all the same.</summary>
    [Fact]
    public async Task A_clock_that_was_set_ahead_expires_nothing_before_the_longest_wait_is_over()
    {
        queue.Add(Message(Mx("single.example"), "bob@single.example") with { Arrived = time.GetUtcNow() - TimeSpan.FromDays(10) }, Octets);
        var start = time.GetUtcNow();
        await using var service = await StartAsync(
            Taking(line => line.StartsWith("RCPT", StringComparison.Ordinal) ? "451 4.7.1 come back" : null));
        await Until(() => queue.Settlements.Count == 1);
        Assert.DoesNotContain(journal.Events, done => done.Kind == JournalKind.Failed);
        Assert.Equal(1, queue.Count);

        await PassAsync(TimeSpan.FromHours(6), () => queue.Count == 0);
        Assert.True(time.GetUtcNow() - start >= new RetrySchedule().Longest, "given up before one longest wait");
        // That it is late, and in the end that it failed.
        Assert.Equal(2, queue.Notices.Count);
    }

    [Fact]
    public async Task A_refused_recipient_is_bounced_once_and_the_others_are_delivered()
    {
        await using var service = await StartAsync(
            Taking(line => line.Contains("bad@", StringComparison.Ordinal) ? "550 5.1.1 no such user" : null));
        string id = Add(Mx("single.example"), "bob@single.example", "bad@single.example");

        await Until(() => queue.Count == 0);
        var notice = Assert.Single(queue.Notices);
        Assert.Equal((id, "ann@client.example"), (notice.About, notice.Envelope.Recipients.Single().Address.ToString()));
        await Until(() => journal.Events.Any(happened => happened.Kind == JournalKind.Bounced));
        Assert.Single(journal.Events, happened => happened.Kind == JournalKind.Failed && happened.Recipient == "bad@single.example");
        Assert.Single(journal.Events, happened => happened.Kind == JournalKind.Delivered && happened.Recipient == "bob@single.example");
    }

    [Theory]
    [InlineData("nowhere.example", "recipient-domain-not-found", "5.1.2")]
    [InlineData("null.example", "domain-takes-no-mail", "5.1.10")]
    public async Task What_DNS_answers_with_no_fails_immediately(string domain, string entry, string status)
    {
        await using var service = await StartAsync(new ScriptedConnector());
        Add(Mx(domain), "bob@" + domain);
        await Until(() => queue.Count == 0);
        var settled = Assert.Single(queue.Settlements);
        Assert.Equal(
            (Outcome.Failed, entry, status, Stage.Dns), (settled.Outcome, settled.Last!.EntryId, settled.Last.Status, settled.Last.Stage));
        Assert.Single(queue.Notices);
    }

    [Fact]
    public async Task What_DNS_does_not_answer_waits()
    {
        await using var service = await StartAsync(new ScriptedConnector());
        Add(Mx("dark.example"), "bob@dark.example");
        await Until(() => queue.Settlements.Count == 1);
        Assert.Equal((Outcome.Deferred, "dns-unanswered", "4.4.3"),
            (queue.Settlements[0].Outcome, queue.Settlements[0].Last!.EntryId, queue.Settlements[0].Last!.Status));
        Assert.Empty(queue.Notices);
    }

    [Fact]
    public async Task Too_many_recipients_go_on_in_a_new_transaction_without_a_bounce_or_a_wait()
    {
        int here = 0;
        var connector = Taking(line => line.StartsWith("MAIL", StringComparison.Ordinal) ? (here = 0) switch { _ => null }
            : line.StartsWith("RCPT", StringComparison.Ordinal) && ++here > 3 ? "452 4.5.3 too many" : null);
        await using var service = await StartAsync(connector, new ShapingOptions { StartConcurrency = 1, MaxConcurrency = 1 });
        Add(Mx("single.example"), [.. Enumerable.Range(0, 10).Select(i => $"r{i}@single.example")]);
        await Until(() => queue.Count == 0);
        Assert.Equal(4, peers.Single().Bodies.Count);
        Assert.All(queue.Settlements, settlement => Assert.Equal(Outcome.Delivered, settlement.Outcome));
        Assert.Empty(queue.Notices);
    }

    [Fact]
    public async Task Delay_is_reported_once_and_expiry_names_the_last_cause()
    {
        var connector = Taking(line => line.StartsWith("RCPT", StringComparison.Ordinal) ? "452 4.2.2 mailbox full" : null);
        await using var service = await StartAsync(
            connector, options: Options() with
            {
                Retry =
                new RetrySchedule { First = TimeSpan.FromHours(5), Longest = TimeSpan.FromHours(40) }
            });
        string id = Add(Mx("single.example"), "bob@single.example");
        await Until(() => queue.Settlements.Count == 1);
        while (queue.Count > 0)
        {
            int before = queue.Settlements.Count;
            await PassAsync(queue.Find(id, 0)!.NextAttempt - time.GetUtcNow() + TimeSpan.FromSeconds(1), () =>
                queue.Settlements.Count > before);
        }

        Assert.Equal(2, queue.Notices.Count);
        Assert.Contains("Action: delayed", System.Text.Encoding.UTF8.GetString(queue.Notices[0].Octets.Span));
        string final = System.Text.Encoding.UTF8.GetString(queue.Notices[1].Octets.Span);
        Assert.Contains("Action: failed\r\nStatus: 4.4.7", final);
        Assert.Contains("Diagnostic-Code: smtp; 452 4.2.2 mailbox full", final);
        var last = queue.Settlements[^1];
        Assert.Equal((Outcome.Failed, "delivery-expired", 447), (last.Outcome, last.Last!.EntryId, last.Last.Code));
        Assert.Contains("mailbox full", last.Last.Text);
    }

    [Fact]
    public async Task A_private_address_behind_an_MX_is_refused_unless_it_is_allowed()
    {
        zone.Add("inside.example MX 10 mx.inside.example");
        zone.Add("mx.inside.example A 127.0.0.1");
        await using (var service = await StartAsync(new ScriptedConnector()))
        {
            Add(Mx("inside.example"), "a@inside.example");
            await Until(() => queue.Count == 0);
            Assert.Equal("private-target", queue.Settlements[0].Last!.EntryId);
        }

        var connector = Taking();
        await using var allowed = await StartAsync(
            connector, options: Options() with { AllowedNetworks = [IPNetwork.Parse("127.0.0.0/8")], SmtpPort = 2526 });
        Add(Mx("inside.example"), "a@inside.example");
        await Until(() => queue.Count == 0);
        Assert.Equal("127.0.0.1:2526", connector.Asked.Single().ToString());
    }

    [Fact]
    public async Task A_message_that_has_passed_too_many_servers_is_returned_untried()
    {
        await using var service = await StartAsync(new ScriptedConnector());
        byte[] octets = System.Text.Encoding.ASCII.GetBytes(
            string.Concat(Enumerable.Repeat("Received: from a by b\r\nReceived: from b by c\r\n", 51)) + "\r\nx\r\n");
        queue.Add(Message(Mx("single.example"), "a@single.example") with { Size = octets.Length }, octets);
        await Until(() => queue.Count == 0);
        Assert.Equal(("hops-exceeded", 446), (queue.Settlements[0].Last!.EntryId, queue.Settlements[0].Last!.Code));
        Assert.EndsWith("(closed by c, which passes it back to b)", queue.Settlements[0].Last!.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LMTP_over_a_unix_socket_gives_each_recipient_its_own_end()
    {
        var connector = new ScriptedConnector().Then("""
            S: 220 lmtp
            C: LHLO mx.demo.test
            S: 250-lmtp
            S: 250 PIPELINING
            C: *
            C: *
            C: *
            C: DATA
            S: 250 ok
            S: 250 ok
            S: 250 ok
            S: 354 go
            DATA
            S: 250 2.0.0 saved
            S: 452 4.2.2 full
            """);
        await using var service = await StartAsync(connector);
        Add(new Destination(DestinationKind.Lmtp, "unix:/run/lmtp"), "a@demo.test", "b@demo.test");
        await Until(() => queue.Settlements.Count == 2);
        Assert.Equal([Outcome.Delivered, Outcome.Deferred], queue.Settlements.OrderBy(settlement => settlement.Index)
            .Select(settlement => settlement.Outcome));
        Assert.IsType<UnixDomainSocketEndPoint>(connector.Asked.Single());
    }
}
