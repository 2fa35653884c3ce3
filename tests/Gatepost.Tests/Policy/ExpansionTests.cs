using Gatepost.Policy.Directory;
using Gatepost.Smtp;
using Xunit;

namespace Gatepost.Tests.Policy;

public sealed class ExpansionTests
{
    [Theory]
    [InlineData("ann@host.example", "maildir:ann@host.example")]
    [InlineData("Ann@HOST.Example", "maildir:ann@host.example")]
    [InlineData("\"ann\"@host.example", "maildir:ann@host.example")]
    [InlineData("ann+lists@host.example", "maildir:ann@host.example")]
    [InlineData("bob+work@host.example", "maildir:bob+work@host.example")]
    [InlineData("ann@other.example", "maildir:ann@host.example")]
    [InlineData("ann+x@other.example", "maildir:ann@host.example")]
    [InlineData("whoever@all.example", "maildir:ann@host.example")]
    [InlineData("anybody@relayed.example", "mx:relayed.example")]
    [InlineData("postmaster@host.example", "maildir:host.example/postmaster")]
    [InlineData("PostMaster@other.example", "maildir:host.example/postmaster")]
    [InlineData("postmaster", "maildir:host.example/postmaster")]
    public async Task An_address_of_ours_leads_to_its_destination(string address, string destination)
    {
        var resolution = await ResolveAsync(TestDirectory.Directory(), address);

        Assert.Equal(ResolutionOutcome.Found, resolution.Outcome);
        Assert.Equal(destination, Assert.Single(resolution.Routes).Destination.ToString());
    }

    [Theory]
    [InlineData("nobody@host.example")]
    [InlineData("nobody+ann@host.example")]
    [InlineData("+ann@host.example")]
    [InlineData("nobody@other.example")]
    public async Task An_address_that_does_not_exist_is_unknown(string address) =>
        Assert.Equal(ResolutionOutcome.Unknown, (await ResolveAsync(TestDirectory.Directory(), address)).Outcome);

    [Theory]
    [InlineData("x@foreign.example", "mx:foreign.example")]
    [InlineData("x@Sub.Host.Example", "mx:sub.host.example")]
    [InlineData("x@[192.0.2.1]", "mx:[192.0.2.1]")]
    public async Task A_domain_that_is_not_ours_is_foreign(string address, string destination)
    {
        var resolution = await ResolveAsync(TestDirectory.Directory(), address);

        Assert.Equal(ResolutionOutcome.Foreign, resolution.Outcome);
        Assert.Equal(destination, Assert.Single(resolution.Routes).Destination.ToString());
    }

    [Fact]
    public async Task An_alias_reaches_everybody_once()
    {
        var directory = TestDirectory.Directory(
            TestDirectory.Alias("team@host.example", "ann@host.example", "staff@host.example", "far@foreign.example"),
            TestDirectory.Alias("staff@host.example", "ann@host.example", "bob@host.example"));

        var resolution = await ResolveAsync(directory, "team@host.example");

        Assert.Equal(["ann@host.example", "bob@host.example", "far@foreign.example"],
            resolution.Routes.Select(route => route.Address.ToString()).Order());
        Assert.Equal(2, resolution.Accounts.Count);
    }

    [Fact]
    public async Task A_loop_is_found_and_drawn()
    {
        var directory = TestDirectory.Directory(
            TestDirectory.Alias("a@host.example", "b@host.example", "ann@host.example"),
            TestDirectory.Alias("b@host.example", "c@other.example"),
            TestDirectory.Alias("c@host.example", "a@host.example"));

        var resolution = await ResolveAsync(directory, "a@host.example");

        Assert.Equal(ResolutionOutcome.Loop, resolution.Outcome);
        Assert.Equal("a@host.example -> b@host.example -> c@other.example -> c@host.example -> a@host.example", resolution.Drawn);
        Assert.Empty(resolution.Routes);
    }

    [Fact]
    public async Task Domains_that_are_aliases_of_each_other_loop()
    {
        var directory = new ConfiguredDirectory(
            [TestDirectory.Domain("x.example", DomainKind.Alias, aliasOf: "y.example"),
                TestDirectory.Domain("y.example", DomainKind.Alias, aliasOf: "x.example")], [], []);

        Assert.Equal(ResolutionOutcome.Loop, (await ResolveAsync(directory, "ann@x.example")).Outcome);
    }

    [Fact]
    public async Task A_mailbox_that_forwards_to_itself_keeps_a_copy()
    {
        var ann =
            TestDirectory.Account("ann@host.example") with
            {
                Forwards = [
                Mailbox.Parse("ann@host.example"), Mailbox.Parse("far@foreign.example")],
                KeepsCopy = false
            };
        var directory = new ConfiguredDirectory([TestDirectory.Domain("host.example")], [ann], []);

        var resolution = await ResolveAsync(directory, "ann@host.example");

        Assert.Equal(["maildir:ann@host.example", "mx:foreign.example"], resolution.Routes.Select(route => route.Destination.ToString()));
    }

    [Fact]
    public async Task A_mailbox_that_only_forwards_keeps_nothing()
    {
        var ann = TestDirectory.Account("ann@host.example") with { Forwards = [Mailbox.Parse("far@foreign.example")], KeepsCopy = false };
        var directory = new ConfiguredDirectory([TestDirectory.Domain("host.example")], [ann], []);

        Assert.Equal(
            "mx:foreign.example", Assert.Single((await ResolveAsync(directory, "ann@host.example")).Routes).Destination.ToString());
    }

    [Fact]
    public async Task Two_mailboxes_that_forward_to_each_other_loop()
    {
        var ann = TestDirectory.Account("ann@host.example") with { Forwards = [Mailbox.Parse("bob@host.example")] };
        var bob = TestDirectory.Account("bob@host.example") with { Forwards = [Mailbox.Parse("ann@host.example")] };
        var directory = new ConfiguredDirectory([TestDirectory.Domain("host.example")], [ann, bob], []);

        Assert.Equal("ann@host.example -> bob@host.example -> ann@host.example", (await ResolveAsync(directory, "ann@host.example")).Drawn);
    }

    [Fact]
    public async Task A_chain_longer_than_anybody_means_is_given_up()
    {
        var chain = Enumerable.Range(0, 40).Select(i => TestDirectory.Alias($"a{i}@host.example", $"a{i + 1}@host.example")).ToArray();

        Assert.Equal(ResolutionOutcome.TooWide, (await ResolveAsync(TestDirectory.Directory(chain), "a0@host.example")).Outcome);
    }

    [Fact]
    public async Task An_alias_none_of_whose_targets_exists_is_unknown() =>
        Assert.Equal(
            ResolutionOutcome.Unknown,
            (await ResolveAsync(TestDirectory.Directory(TestDirectory.Alias("old@host.example", "gone@host.example")), "old@host.example"))
            .Outcome);

    [Fact]
    public async Task A_domain_in_another_script_is_the_same_in_either_form()
    {
        var directory = new ConfiguredDirectory([TestDirectory.Domain("почта.example")], [TestDirectory.Account("ann@почта.example")], []);

        Assert.Equal(ResolutionOutcome.Found, (await ResolveAsync(directory, "ann@xn--80a1acny.example")).Outcome);
        Assert.Equal(ResolutionOutcome.Found, (await ResolveAsync(directory, "ann@почта.example")).Outcome);
    }

    [Theory]
    [InlineData("example.org", "smtp:relay.example:26")]
    [InlineData("EXAMPLE.org", "smtp:relay.example:26")]
    [InlineData("a.b.example.net", "lmtp:unix:/run/lmtp")]
    [InlineData("example.net", "smtp:smart.example:587")]
    [InlineData("[192.0.2.1]", "smtp:smart.example:587")]
    public void Transports_take_the_exact_name_then_the_parent_then_the_smart_host(string domain, string destination)
    {
        var table = new TransportTable(new Dictionary<string, Destination>
        {
            ["example.org"] = new(DestinationKind.SmtpHost, "relay.example:26"),
            ["*.example.net"] = new(DestinationKind.Lmtp, "unix:/run/lmtp"),
            ["*"] = new(DestinationKind.SmtpHost, "smart.example:587"),
        });

        Assert.Equal(destination, table.For(domain).ToString());
    }

    [Fact]
    public void Everything_wrong_with_a_directory_is_said_together()
    {
        var problems = ConfiguredDirectory.Problems(
            [TestDirectory.Domain("host.example"), TestDirectory.Domain("HOST.example"),
                TestDirectory.Domain("b.example", DomainKind.Alias, aliasOf: "nowhere.example")],
            [TestDirectory.Account("ann@host.example"), TestDirectory.Account("ANN@host.example"),
                TestDirectory.Account("ann@foreign.example")],
            [TestDirectory.Alias("empty@host.example"), TestDirectory.Alias("x@foreign.example", "ann@host.example")]).ToList();

        Assert.Equal(6, problems.Count);
    }

    private static async Task<Resolution> ResolveAsync(IDirectory directory, string address) =>
        await AliasExpansion.ResolveAsync(directory, Mailbox.Parse(address), TestContext.Current.CancellationToken);
}
