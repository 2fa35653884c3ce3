using System.Text;
using Gatepost.Delivery;
using Gatepost.Delivery.Queue;
using Gatepost.Dns;
using Gatepost.Smtp;
using Gatepost.Tests.Smtp.Client;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gatepost.Tests.Delivery;

public sealed class DeliveryServiceTests
{
    private readonly FakeTimeProvider time = new(DateTimeOffset.Parse("2026-01-02T03:04:05Z"));
    private readonly MemoryJournal journal = new();
    private readonly MemoryQueue queue;

    public DeliveryServiceTests() => queue = new MemoryQueue(time);

    [Fact]
    public async Task A_message_for_a_Maildir_lies_in_new_with_Return_Path_and_Delivered_To_and_has_left_the_queue()
    {
        using var folder = new TempFolder();
        await using var service = new DeliveryService(Options(), queue, new ZoneFile(), journal, time, new Random(1));
        await service.StartAsync(CancellationToken.None);
        queue.Add(Message(new Destination(DestinationKind.Maildir, folder.Path), "bob@demo.test"), "Subject: hi\r\n\r\nbody\r\n"u8.ToArray());

        await Until(() => queue.Count == 0);

        string file = Assert.Single(Directory.GetFiles(Path.Combine(folder.Path, "new")));
        Assert.Equal("Return-Path: <ann@client.example>\r\nDelivered-To: bob@demo.test\r\nSubject: hi\r\n\r\nbody\r\n", File.ReadAllText(file));
        Assert.Empty(Directory.GetFiles(Path.Combine(folder.Path, "tmp")));
        Assert.EndsWith($",S={new FileInfo(file).Length}", file);
    }

    internal static DeliveryOptions Options() => new() { HostName = "mx.demo.test" };

    private QueuedMessage Message(Destination destination, params string[] recipients) => new()
    {
        QueueId = queue.NextId(),
        Sender = Mailbox.Parse("ann@client.example"),
        Arrived = time.GetUtcNow(),
        Size = 21,
        Recipients = [.. recipients.Select((recipient, index) => new QueuedRecipient { Index = index, Address = Mailbox.Parse(recipient), Accepted = Mailbox.Parse(recipient), Destination = destination })],
    };

    /// <summary>Waits for what other threads do; the limit only ends a test that would hang.</summary>
    internal static async Task Until(Func<bool> met)
    {
        for (int i = 0; !met(); i++)
        {
            Assert.True(i < 4000, "did not happen");
            await Task.Delay(5);
        }
    }
}

internal sealed class TempFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("gatepost-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
