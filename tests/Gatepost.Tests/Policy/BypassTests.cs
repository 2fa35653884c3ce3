using Gatepost.Files;
using Gatepost.Policy;
using Gatepost.Policy.Directory;
using Gatepost.Policy.Engine;
using Gatepost.Policy.Quotas;
using Gatepost.Smtp;
using Xunit;

namespace Gatepost.Tests.Policy;

/// <summary>Details, alias domains and forwards are no way round a block or a suspension, and no way to lose mail.</summary>
public sealed class BypassTests
{
    private static readonly Account Bob = TestDirectory.Account("bob@host.example");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("ann@host.example", false)]
    [InlineData("ann+lists@host.example", false)]
    [InlineData("ann@other.example", false)]
    [InlineData("bob@host.example", true)]
    [InlineData("team@host.example", true)]
    public async Task A_blocked_recipient_is_blocked_under_every_name_of_the_mailbox(string address, bool passes)
    {
        var visit = new RuleSession(
            TestDirectory.Book(
                Directory(TestDirectory.Account("ann@host.example"),
                    new Block(BlockSide.Recipient, "ann@host.example", null, "carl", TestDirectory.Start, ""))));
        await visit.MailAsync("");
        Assert.Equal(passes, (await visit.RcptAsync(address)).Passes);
    }

    [Theory]
    [InlineData("ann@host.example", false)]
    [InlineData("ann+lists@host.example", false)]
    [InlineData("ann@other.example", false)]
    [InlineData("bob@host.example", true)]
    public async Task A_sender_blocked_for_one_mailbox_is_blocked_under_every_name_of_it(string address, bool passes)
    {
        var visit = new RuleSession(
            TestDirectory.Book(
                Directory(TestDirectory.Account("ann@host.example"),
                    new Block(BlockSide.Sender, "bad@partner.example", "ann@host.example", "carl", TestDirectory.Start, ""))));
        await visit.MailAsync("bad@partner.example");
        Assert.Equal(passes, (await visit.RcptAsync(address)).Passes);
    }

    [Fact]
    public async Task A_suspended_mailbox_is_reported_of_though_it_forwards_and_gets_no_copy_behind_an_alias()
    {
        var ann =
            TestDirectory.Account("ann@host.example") with
            {
                Forwards = [Mailbox.Parse("x@foreign.example")],
                Suspensions = [new Suspension(Suspended.Receiving, "carl", TestDirectory.Start, "unpaid")]
            };
        var visit = new RuleSession(TestDirectory.Book(Directory(ann)));
        await visit.MailAsync("");
        Assert.Equal("recipient-suspended", (await visit.RcptAsync("ann@host.example")).Rule);
        Assert.Equal("recipient-suspended", (await visit.RcptAsync("ann@other.example")).Rule);
        Assert.True((await visit.RcptAsync("team@host.example")).Passes);
        Assert.DoesNotContain(visit.Session.Envelope!.Recipients.Single().Routes, route => route.Destination == ann.Destination);
        Assert.Contains(visit.Session.Envelope.Recipients.Single().Routes, route => route.Destination == Bob.Destination);
    }

    [Fact]
    public async Task A_suspended_domain_is_not_reached_by_its_alias_domain()
    {
        var domain = TestDirectory.Domain(
            "host.example") with
        { Suspensions = [new Suspension(Suspended.Receiving, "carl", TestDirectory.Start, "unpaid")] };
        var directory = new ConfiguredDirectory(
            [domain, TestDirectory.Domain("other.example", DomainKind.Alias, aliasOf: "host.example")], [Bob], []);
        var visit = new RuleSession(TestDirectory.Book(directory));
        await visit.MailAsync("");
        Assert.Equal("recipient-suspended", (await visit.RcptAsync("bob@other.example")).Rule);
    }

    [Fact]
    public async Task A_mailbox_whose_forwards_all_lead_nowhere_keeps_its_mail_and_an_alias_that_leads_nowhere_is_unknown()
    {
        var ann = TestDirectory.Account("ann@host.example") with { Forwards = [Mailbox.Parse("gone@host.example")], KeepsCopy = false };
        var directory = new ConfiguredDirectory(
            [TestDirectory.Domain("host.example"), TestDirectory.Domain("other.example", DomainKind.Alias, aliasOf: "host.example")],
            [ann],
            [TestDirectory.Alias("dead@host.example", "gone@host.example", "gone@other.example")]);
        Assert.Equal(ann.Destination, (await AliasExpansion.ResolveAsync(directory, ann.Address, Cancel)).Routes.Single().Destination);
        Assert.Equal(
            ResolutionOutcome.Unknown, (await AliasExpansion.ResolveAsync(directory, Mailbox.Parse("dead@host.example"), Cancel)).Outcome);
    }

    [Fact]
    public async Task A_full_mailbox_is_seen_behind_one_that_cannot_be_measured()
    {
        var directory = new ConfiguredDirectory(
            [TestDirectory.Domain("host.example")],
            [TestDirectory.Account("ann@host.example") with { Quota = 1_000 }, Bob with { Quota = 1_000 }],
            [TestDirectory.Alias("team@host.example", "ann@host.example", "bob@host.example")]);
        var visit = new RuleSession(new RuleEngine(new PolicyOptions(), directory, TestDirectory.Parts(new OnlyBob()), new Random(1)));
        await visit.MailAsync("");
        Assert.True((await visit.RcptAsync("ann@host.example")).Passes);
        Assert.Equal("mailbox-full", (await visit.RcptAsync("team@host.example")).Rule);
    }

    [Fact]
    public async Task A_forward_is_no_leave_to_send_in_its_owners_name()
    {
        var ann = TestDirectory.Account("ann@host.example") with { Forwards = [Bob.Address] };
        var directory = Directory(ann);
        Assert.Null(await Ownership.WhyAsync(directory, "bob@host.example", ann.Address, Cancel));
        Assert.NotNull(await Ownership.WhyAsync(directory, "bob@host.example", Mailbox.Parse("team@host.example"), Cancel));
        Assert.NotNull(await Ownership.WhyAsync(directory, "ann@host.example", Mailbox.Parse("ann+x@host.example"), Cancel));
    }

    private static ConfiguredDirectory Directory(Account ann, params IReadOnlyList<Block> blocks) => new(
        [TestDirectory.Domain("host.example"), TestDirectory.Domain("other.example", DomainKind.Alias, aliasOf: "host.example")],
        [ann, Bob],
        [TestDirectory.Alias("team@host.example", "ann@host.example", "bob@host.example")],
        blocks: blocks);

    /// <summary>Knows of bob that he is full, and of nobody else anything.</summary>
    private sealed class OnlyBob : IMailboxSizes
    {
        public ValueTask<MailboxState?> MeasureAsync(Account account, CancellationToken cancel) =>
            ValueTask.FromResult<MailboxState?>(account.Address.Equals(Bob.Address) ? new MailboxState(1_000, 0, null, null, null) : null);
    }
}
