using System.Text;
using Gatepost.Delivery.Destinations;
using Gatepost.Delivery.Queue;
using Gatepost.Smtp;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gatepost.Tests.Delivery;

public sealed class MaildirTransportTests : IDisposable
{
    private readonly FakeTimeProvider time = new(DateTimeOffset.UtcNow);
    private readonly TempFolder folder = new();
    private readonly DiskThreads threads = new(2);
    private readonly MemoryQueue queue;

    public MaildirTransportTests() => queue = new MemoryQueue(time);

    private string Box => Path.Combine(folder.Path, "deep", "er", "bob");

    [Fact]
    public async Task Names_are_unique_and_tell_time_and_size_and_no_one_else_may_read()
    {
        for (int i = 0; i < 20; i++)
            Assert.Equal("delivered-to-maildir", await TryAsync("x\r\n", "bob@demo.test"));

        string[] files = Directory.GetFiles(Path.Combine(Box, "new"));
        Assert.Equal(20, files.Length);
        Assert.All(files, file => Assert.Matches(@"^\d{10}\.Q\w+R0\.mx\.demo\.test,S=\d+$", Path.GetFileName(file)));
        Assert.All(files, file => Assert.EndsWith($",S={new FileInfo(file).Length}", file));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(files[0]));
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.Combine(Box, "new")));
        Assert.True(Directory.Exists(Path.Combine(Box, "cur")));
    }

    [Theory]
    [InlineData("new", "")]
    [InlineData("cur", ":2,S")]
    public async Task A_delivery_that_a_crash_made_forget_is_not_repeated(string where, string flags)
    {
        byte[] octets = "x\r\n"u8.ToArray();
        var message = Message(octets, "bob@demo.test") with { Arrived = time.GetUtcNow().AddMinutes(-1), InMemory = octets };
        async Task DeliverAsync() => Assert.Equal(
            Outcome.Delivered,
            (await new MaildirTransport(Destination, DeliveryRun.Options(), threads, queue, time).DeliverAsync(message, "A1", default))
                .Recipients[0].Outcome);

        await DeliverAsync();
        string file = Directory.GetFiles(Path.Combine(Box, "new")).Single();
        File.Move(file, Path.Combine(Box, where, Path.GetFileName(file) + flags));
        await DeliverAsync();
        Assert.Single(Directory.GetFiles(Box, "*Q*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task One_mailbox_in_two_spellings_gets_one_copy()
    {
        Assert.Equal("delivered-to-maildir", await TryAsync("x\r\n", "bob@demo.test", "Bob@demo.test"));
        Assert.Single(Directory.GetFiles(Path.Combine(Box, "new")));
    }

    [Fact]
    public async Task The_octets_are_those_that_came_in_memory_or_from_the_store()
    {
        byte[] octets = [.. "Subject: x\r\n\r\n"u8, .. Enumerable.Range(0, 200_000).Select(i => (byte)(i * 7)), .. "\r\n"u8];
        var message = Message(octets, "bob@demo.test");
        queue.Add(message, octets, hot: false);
        foreach (var form in (QueuedMessage[])[message with { InMemory = octets }, message])
        {
            await new MaildirTransport(Destination, DeliveryRun.Options(), threads, queue, time).DeliverAsync(form, "A1", default);
            string file = Directory.GetFiles(Path.Combine(Box, "new")).Single();
            Assert.Equal([.. "Return-Path: <ann@client.example>\r\nDelivered-To: bob@demo.test\r\n"u8, .. octets], File.ReadAllBytes(file));
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("Delivered-To: bob@demo.test\r\n\r\nx\r\n", "delivery-loop")]
    [InlineData("X: y\r\ndelivered-to:   BOB@Demo.Test  \r\n\r\nx\r\n", "delivery-loop")]
    [InlineData("Delivered-To: bobby@demo.test\r\n\r\nx\r\n", "delivered-to-maildir")]
    [InlineData("X: y\r\n\r\nDelivered-To: bob@demo.test\r\n", "delivered-to-maildir")]
    public async Task A_message_that_was_here_before_is_in_a_mail_loop(string octets, string entry)
    {
        Assert.Equal(entry, await TryAsync(octets, "bob@demo.test"));
        Assert.Empty(Directory.GetFiles(Path.Combine(Box, "tmp")));
    }

    [Fact]
    public async Task A_full_mailbox_takes_nothing_until_there_is_room_and_the_file_is_kept_up()
    {
        Directory.CreateDirectory(Box);
        string quota = Path.Combine(Box, "maildirsize");
        File.WriteAllText(quota, "300S,10C\n200 1\n");

        Assert.Equal("maildir-full", await TryAsync(new string('x', 98) + "\r\n", "bob@demo.test"));
        File.AppendAllText(quota, "-200 -1\n");
        Assert.Equal("delivered-to-maildir", await TryAsync("x\r\n", "bob@demo.test"));
        Assert.EndsWith(" 1\n", File.ReadAllText(quota));
        Assert.Equal("maildir-full", await TryAsync(new string('x', 298) + "\r\n", "bob@demo.test"));
    }

    [Fact]
    public async Task An_old_quota_file_is_counted_again_before_anybody_is_refused()
    {
        Directory.CreateDirectory(Path.Combine(Box, ".Sent", "cur"));
        File.WriteAllText(Path.Combine(Box, ".Sent", "cur", "1.x,S=50:2,S"), "");
        string quota = Path.Combine(Box, "maildirsize");
        File.WriteAllText(quota, "300S\n5000 40\n");
        File.SetLastWriteTimeUtc(quota, time.GetUtcNow().UtcDateTime.AddHours(-1));

        Assert.Equal("delivered-to-maildir", await TryAsync("x\r\n", "bob@demo.test"));
        Assert.StartsWith("300S\n50 1\n", File.ReadAllText(quota));
    }

    [Fact]
    public async Task A_limit_of_messages_counts_messages()
    {
        Directory.CreateDirectory(Box);
        File.WriteAllText(Path.Combine(Box, "maildirsize"), "2C\n");
        Assert.Equal("delivered-to-maildir", await TryAsync("x\r\n", "bob@demo.test"));
        Assert.Equal("delivered-to-maildir", await TryAsync("x\r\n", "bob@demo.test"));
        Assert.Equal("maildir-full", await TryAsync("x\r\n", "bob@demo.test"));
    }

    [Fact]
    public async Task Two_aliases_of_one_mailbox_get_one_copy()
    {
        await TryAsync("x\r\n", "bob@demo.test", "bob@demo.test");
        Assert.Single(Directory.GetFiles(Path.Combine(Box, "new")));
    }

    [Fact]
    public async Task A_mailbox_that_cannot_be_written_waits_and_leaves_nothing_behind()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Box)!);
        File.WriteAllText(Box, "in the way");
        Assert.Equal("maildir-failed", await TryAsync("x\r\n", "bob@demo.test"));
        File.Delete(Box);
        Assert.Equal("delivered-to-maildir", await TryAsync("x\r\n", "bob@demo.test"));
    }

    [Fact]
    public async Task A_quota_file_that_cannot_be_written_does_not_defer_a_message_that_is_delivered()
    {
        Directory.CreateDirectory(Box);
        // Can be read, and no write into it succeeds, whoever we are.
        File.CreateSymbolicLink(Path.Combine(Box, "maildirsize"), "/proc/version");
        Assert.Equal("delivered-to-maildir", await TryAsync("x\r\n", "bob@demo.test"));
        Assert.Single(Directory.GetFiles(Path.Combine(Box, "new")));
    }

    [Fact]
    public async Task A_copy_whose_folder_could_not_be_synced_is_taken_away_before_the_next_try()
    {
        byte[] octets = "x\r\n"u8.ToArray();
        var message = Message(octets, "bob@demo.test") with { InMemory = octets };
        bool broken = true;
        var carrier = new MaildirTransport(Destination, DeliveryRun.Options(), threads, queue, time)
        {
            Sync = folder =>
            {
                if (broken)
                    throw new IOException("no handles left");
                folder.Sync();
            },
        };
        var result = await carrier.DeliverAsync(message, "A1", default);
        Assert.Equal(("maildir-failed", Outcome.Deferred), (result.Recipients[0].Reply.Entry.Id, result.Recipients[0].Outcome));
        Assert.Empty(Directory.GetFiles(Path.Combine(Box, "new")));
        broken = false;
        Assert.Equal(Outcome.Delivered, (await carrier.DeliverAsync(message, "A2", default)).Recipients[0].Outcome);
        Assert.Single(Directory.GetFiles(Path.Combine(Box, "new")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_lies_in_the_mailbox_stays_delivered_when_the_attempt_breaks_off(bool stopping)
    {
        byte[] octets = "x\r\n"u8.ToArray();
        var message = Message(octets, "bob@demo.test", "bobby@demo.test", "rob@demo.test");
        queue.Add(message, octets, hot: false);
        using var stop = new CancellationTokenSource();
        var carrier = new MaildirTransport(Destination, DeliveryRun.Options(), threads, queue, time)
        {
            Sync = folder =>
            {
                folder.Sync();
                if (stopping)
                    stop.Cancel();
                else
                    queue.BodyFails = new InvalidOperationException("bug");
            },
        };
        var result = await carrier.DeliverAsync(message, "A1", stop.Token);
        Assert.Equal((0, Outcome.Delivered), (result.Recipients.Single().Recipient.Index, result.Recipients.Single().Outcome));
        Assert.Equal(stopping, result.BrokenOffBy is OperationCanceledException);
        Assert.Equal([1, 2], result.Without(message).Select(recipient => recipient.Index));
    }

    public void Dispose()
    {
        threads.Dispose();
        folder.Dispose();
    }

    private Destination Destination => new(DestinationKind.Maildir, Box);

    private async Task<string> TryAsync(string octets, params string[] recipients)
    {
        byte[] body = Encoding.Latin1.GetBytes(octets);
        var result = await new MaildirTransport(Destination, DeliveryRun.Options(), threads, queue, time)
            .DeliverAsync(Message(body, recipients) with { QueueId = queue.NextId(), InMemory = body }, "A1", default);
        Assert.Equal(recipients.Length, result.Recipients.Count);
        Assert.All(
            result.Recipients, recipient =>
                Assert.Equal(recipient.Reply.Entry.Id == "delivered-to-maildir" ? Outcome.Delivered
                    : recipient.Reply.Entry.Id == "delivery-loop" ? Outcome.Failed : Outcome.Deferred, recipient.Outcome));
        return result.Recipients[0].Reply.Entry.Id;
    }

    private QueuedMessage Message(byte[] octets, params string[] recipients) => new()
    {
        QueueId = "Q1",
        Sender = Mailbox.Parse("ann@client.example"),
        Arrived = time.GetUtcNow(),
        Size = octets.Length,
        Recipients =
            [
                .. recipients.Select(
                    (recipient, index) =>
                        new QueuedRecipient { Index = index, Address = Mailbox.Parse(recipient), Accepted = Mailbox.Parse(recipient),
                            Destination = Destination })],
    };
}
