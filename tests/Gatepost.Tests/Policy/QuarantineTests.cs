using Gatepost.Policy;
using Gatepost.Policy.Engine;
using Gatepost.Policy.Quarantine;
using Gatepost.Policy.Scanners;
using Gatepost.Replies;
using Gatepost.Smtp;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gatepost.Tests.Policy;

public sealed class QuarantineTests
{
    private const string Message = "From: ann@partner.example\n\nHello\n";

    [Fact]
    public async Task A_refusal_whose_message_is_kept_stays_a_refusal()
    {
        var quarantine = new MemoryQuarantine(null);
        var verdict = await JudgeAsync(quarantine, ScanOutcome.Virus, new QuarantineOptions { Keep = ["virus-found"] });

        Assert.StartsWith("551 5.7.1 ", verdict.Reply!.ToString());
        Assert.Null(verdict.KeptAs);
        Assert.Contains(OurFacts.InQuarantine.Is("Q1"), verdict.Facts);
        var kept = Assert.Single(quarantine.Kept);
        Assert.Equal(
            ("virus-found", verdict.Id, verdict.Reply.ToString(), "sender@client.test"),
                (kept.Rule, kept.VerdictId, kept.Reply, kept.Sender));
        Assert.Contains(kept.Facts, fact => fact.Label == "filter");
    }

    [Fact]
    public async Task A_message_of_a_rule_that_takes_is_taken_and_not_queued()
    {
        var quarantine = new MemoryQuarantine(null);
        var verdict = await JudgeAsync(quarantine, ScanOutcome.KeptBack, new QuarantineOptions());

        Assert.True(verdict.Passes);
        Assert.Equal(("Q1", "filter-kept-back"), (verdict.KeptAs, verdict.Rule));
        Assert.NotNull(verdict.Id);
        Assert.True(Assert.Single(quarantine.Kept).WasTaken);
    }

    [Theory]
    [InlineData(StoreOutcome.Full, false, "452 4.3.1 ")]
    [InlineData(StoreOutcome.Broken, false, "451 4.3.0 ")]
    [InlineData(StoreOutcome.Full, true, "550 5.7.1 ")]
    public async Task What_cannot_be_kept_is_never_said_to_be_taken(StoreOutcome outcome, bool forGood, string reply)
    {
        var verdict = await JudgeAsync(
            new MemoryQuarantine(new QuarantineFailure(outcome, forGood, OurEvidence.QuarantineBusy.Say())), ScanOutcome.KeptBack,
                new QuarantineOptions());

        Assert.StartsWith(reply, verdict.Reply!.ToString());
        Assert.Null(verdict.KeptAs);
        Assert.Contains(OurFacts.NotInQuarantine.Is(OurEvidence.QuarantineBusy.Say()), verdict.Facts);
    }

    [Fact]
    public async Task A_copy_that_cannot_be_kept_changes_nothing_of_the_refusal() =>
        Assert.StartsWith(
            "551 5.7.1 ", (
                await JudgeAsync(
                    new MemoryQuarantine(new QuarantineFailure(StoreOutcome.Broken, false, OurEvidence.QuarantineBusy.Say())),
                        ScanOutcome.Spam,
                    new QuarantineOptions { Keep = ["spam-found"] })).Reply!.ToString());

    [Theory]
    [InlineData(ScanOutcome.Spam)]
    [InlineData(ScanOutcome.Deferred)]
    [InlineData(ScanOutcome.Unavailable)]
    [InlineData(ScanOutcome.Clean)]
    public async Task Nothing_else_is_kept(ScanOutcome outcome)
    {
        var quarantine = new MemoryQuarantine(null);
        await JudgeAsync(quarantine, outcome, new QuarantineOptions { Keep = ["virus-found", "filter-deferred", "filter-unavailable"] });

        Assert.Empty(quarantine.Kept);
    }

    private static async Task<Verdict> JudgeAsync(MemoryQuarantine quarantine, ScanOutcome outcome, QuarantineOptions settings)
    {
        var parts = new PolicyServices(Gatepost.Dns.ZoneFile.Parse(TestDirectory.Zone),
            new FakeTimeProvider(TestDirectory.Start))
        { MakeScanner = _ => new FixedScanner(outcome), Quarantine = quarantine };
        var options = new PolicyOptions
        {
            Scanners = [new ScannerOptions { Name = "f", Kind = ScannerKind.Clamd, Address = "127.0.0.1:1" }],
            Quarantine = settings
        };
        var visit = new RuleSession(new RuleEngine(options, TestDirectory.Directory(), parts, new Random(1)));
        visit.Session.Envelope = new Envelope { Sender = Mailbox.Parse("sender@client.test") };
        return await visit.MessageAsync(Message);
    }

    private sealed class FixedScanner(ScanOutcome outcome) : IScanner
    {
        public string Name => "f";

        public ValueTask<Scan> ScanAsync(Session session, CancellationToken cancel) =>
            ValueTask.FromResult(new Scan(outcome, Name, "words"));
    }

    private sealed class MemoryQuarantine(QuarantineFailure? answer) : IQuarantine
    {
        public List<QuarantinedMessage> Kept { get; } = [];

        public ValueTask<QuarantineFailure?> StoreAsync(
            QuarantinedMessage message, IMessageDraft draft, QuarantineOptions options, CancellationToken cancel)
        {
            Kept.Add(message);
            return ValueTask.FromResult(answer);
        }
    }
}
