using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Gatepost.Delivery.Attempts;
using Gatepost.Delivery.Bounces;
using Gatepost.Delivery.Queue;
using Gatepost.Explain;
using Gatepost.Explain.Observations;
using Gatepost.Replies;
using Gatepost.Replies.Catalogue;
using Gatepost.Smtp;
using Gatepost.Tests.Delivery;
using Gatepost.Tests.Replies;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gatepost.Tests.Explain;

/// <summary>Every bounce our server writes is read back to the entry that caused it.</summary>
public sealed partial class CircleTests
{
    private const string Original =
        "From: ann@client.example\r\nTo: bob@example.org\r\nSubject: 550 5.1.1 user unknown\r\n\r\nmailbox full\r\n";

    private readonly FakeTimeProvider time = new(DateTimeOffset.Parse("2026-01-02T03:04:05Z"));
    private readonly Explainer explainer = new(ReplyDatabase.BuiltIn);

    [Theory]
    [InlineData("en")]
    [InlineData("ru")]
    public async Task Each_bounce_leads_back_to_the_entry_that_caused_it(string language)
    {
        var wrong = new List<string>();
        foreach (var (entry, reply) in Causes())
        {
            var notice = await WriteAsync(reply, language);
            var report = explainer.Read(notice).Reports.Single();
            if (report.Entry != entry || report.Recipient != "bob@example.org" || report.Action != DeliveryAction.Failed)
                wrong.Add($"{entry.Id} was read as {report.Entry.Id}, {report.Recipient}, {report.Action}");
        }

        Shown.None(wrong);
    }

    [Fact]
    public async Task By_its_words_alone_each_bounce_leads_back_to_the_same_reason()
    {
        var wrong = new List<string>();
        foreach (var (entry, reply) in Causes())
        {
            byte[] notice = Encoding.UTF8.GetBytes(MachineField().Replace(Encoding.UTF8.GetString(await WriteAsync(reply, "en")), ""));
            var report = explainer.Read(notice).Reports.Single();
            if (report.Reason != entry.Reason)
                wrong.Add($"{entry.Id} ({entry.Reason}) was read as {report.Entry.Id}: {report.Said}");
        }

        Shown.None(wrong);
    }

    /// <summary>What a bounce can be about: conditions our client meets, and refusals of another Gatepost.</summary>
    private static IEnumerable<(ReplyEntry Entry, Reply Reply)> Causes()
    {
        foreach (var entry in OurReplies.All)
        {
            if (entry.Reason is null || entry.Classic.Code is >= 200 and < 400 || entry.Kind == EntryKind.Unintelligible)
                continue;
            var said =
                entry.Say(
                    [.. Placeholder().Matches(entry.Classic.Text).Select(match => match.Groups[1].Value).Distinct()
                        .Select(name => (name, (object?)"bob@example.org"))]);
            var reply = entry.Kind == EntryKind.Condition ? said
                : ReplyDatabase.BuiltIn.Recognise(said.Code, (said.Status is { } status ? status + " " : "") + said.Text);
            if (reply.Entry == entry)
                yield return (entry, reply);
        }
    }

    private async Task<byte[]> WriteAsync(Reply reply, string language)
    {
        var recipient = Mailbox.Parse("bob@example.org");
        var message = new QueuedMessage
        {
            QueueId = "Q1",
            Sender = Mailbox.Parse("ann@client.example"),
            Arrived = time.GetUtcNow(),
            Size = Original.Length,
            Recipients = [],
            InMemory = Encoding.UTF8.GetBytes(Original),
        };
        var result = new RecipientResult(
            new QueuedRecipient
            {
                Index = 0,
                Address = recipient,
                Accepted = recipient,
                Destination = new Destination(DestinationKind.Mx, recipient.Domain),
                Notify = DsnNotify.Unspecified
            },
            reply, Stage.RcptTo, "mx.example.org", IPAddress.Parse("192.0.2.1"));
        var options = DeliveryRun.Options();
        options = options with { Bounces = options.Bounces with { Language = language } };
        var notice = await new NoticeWriter(options, new RouteByDns(), new MemoryQueue(time), time, new Random(1))
            .WriteAsync(message, NoticeKind.Failed, [result], CancellationToken.None);
        return notice!.Octets.ToArray();
    }

    [GeneratedRegex(@"\{([a-z-]+)\}")]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"(?m)^X-Gatepost-Reply: .*\r\n")]
    private static partial Regex MachineField();
}
