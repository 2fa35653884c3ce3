using Gatepost.Policy.Auth;
using Gatepost.Policy.Directory;
using Gatepost.Policy.Directory.Administration;
using Gatepost.Smtp;
using Gatepost.Storage.Addresses;
using Gatepost.Tests.Storage;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gatepost.Tests.Policy;

/// <summary>The directory's tables, changed by the book and asked as the rules ask.</summary>
public sealed class DirectoryEditorTests : IDisposable
{
    private readonly Folder folder = new();
    private readonly FakeTimeProvider time = new(TestDirectory.Start);
    private readonly ConfiguredDirectory configured = new(
        [TestDirectory.Domain("host.example")], [TestDirectory.Account("ann@host.example")],
            [TestDirectory.Alias("info@host.example", "ann@host.example")]);
    private DirectoryTables tables;

    public DirectoryEditorTests() => tables = DirectoryTables.Open(folder.Path);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private DirectoryEditor Book => new(tables, () => configured, "maildir:/mail/{domain}/{mailbox}", time);

    private StoredDirectory Directory => new(configured, new CachedSource(tables), "maildir:/mail/{domain}/{mailbox}");

    public void Dispose()
    {
        tables.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task What_was_added_is_found_immediately_and_after_a_restart()
    {
        var directory = Directory;
        Assert.Null(await directory.FindDomainAsync("new.example", Cancel));
        await DoneAsync(new SetDomain("New.Example", IsNew: true));
        await DoneAsync(new SetAccount("Eve@new.example", IsNew: true) { Quota = 1_000, RecipientsPerHour = 7, Grant = ["@host.example"] });
        await DoneAsync(new SetAlias("sales@new.example", IsNew: true, ["eve@new.example", "x@remote.example"]));
        await DoneAsync(new SetForward("eve@new.example") { Add = ["y@remote.example"], KeepsCopy = false });

        await CheckAsync(directory);
        tables.Dispose();
        tables = DirectoryTables.Open(folder.Path);
        await CheckAsync(Directory);

        async Task CheckAsync(StoredDirectory asked)
        {
            var eve = await asked.FindAccountAsync(new AddressKey("EVE", "NEW.example"), Cancel);
            Assert.Equal((1_000, 7, false), (eve!.Quota, eve.RecipientsPerHour, eve.KeepsCopy));
            Assert.Equal("maildir:/mail/new.example/eve", eve.Destination.ToString());
            Assert.Equal(["@host.example"], eve.SendsAs);
            var sales = await AliasExpansion.ResolveAsync(asked, Mailbox.Parse("sales@new.example"), Cancel);
            Assert.Equal(["y@remote.example", "x@remote.example"], sales.Routes.Select(route => route.Address.ToString()));
            Assert.Equal(
                ResolutionOutcome.Unknown, (await AliasExpansion.ResolveAsync(asked, Mailbox.Parse("nobody@new.example"), Cancel)).Outcome);
        }
    }

    [Fact]
    public async Task Password_hashes_are_in_no_file_that_others_on_the_machine_can_read()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "modes of files are a matter of Unix");
        await DoneAsync(new SetDomain("new.example", IsNew: true));

        string[] files = System.IO.Directory.GetFiles(folder.Path, "directory.db*");
        Assert.Contains(files, file => file.EndsWith("-wal", StringComparison.Ordinal));
        Assert.All(files, file =>
            Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(file) & (UnixFileMode.OtherRead | UnixFileMode.OtherWrite)));
    }

    [Fact]
    public async Task A_change_that_is_refused_leaves_nothing_behind()
    {
        await DoneAsync(new SetDomain("new.example", IsNew: true));
        await RefusedAsync(
            new SetAlias("sales@new.example", IsNew: true, ["nobody@new.example"]), "nobody@new.example does not exist here");
        Assert.Null(await Directory.FindAliasAsync(new AddressKey("sales", "new.example"), Cancel));
    }

    [Theory]
    [InlineData("eve@hst.example", "did you mean host.example?")]
    [InlineData("eve", "is not an address")]
    [InlineData("ann@host.example", "is in the configuration")]
    [InlineData("info@host.example", "is in the configuration")]
    [InlineData("\"a/b\"@host.example", "cannot name a mailbox")]
    [InlineData(".ann@host.example", "cannot name a mailbox")]
    [InlineData("a2345678901234567890123456789012345678901234567890123456789012345@host.example", "cannot name a mailbox")]
    [InlineData("../up@host.example", "cannot name a mailbox")]
    public async Task A_mailbox_that_cannot_be_added_is_told_why(string address, string why) =>
        await RefusedAsync(new SetAccount(address, IsNew: true), why);

    [Fact]
    public async Task A_forward_that_would_close_a_loop_is_refused_with_the_loop_drawn()
    {
        await DoneAsync(new SetDomain("new.example", IsNew: true));
        await DoneAsync(new SetAccount("left@new.example", IsNew: true));
        await DoneAsync(new SetAccount("right@new.example", IsNew: true));
        await DoneAsync(new SetDomain("old.example", IsNew: true) { AliasOf = "new.example" });
        await DoneAsync(new SetForward("left@new.example") { Add = ["right@old.example"] });
        await RefusedAsync(new SetForward("right@new.example") { Add = ["left@new.example"] },
            "right@new.example -> left@new.example -> right@old.example -> right@new.example");
    }

    [Fact]
    public async Task A_catch_all_and_an_alias_domain_cannot_close_a_loop_either()
    {
        await DoneAsync(new SetDomain("one.example", IsNew: true));
        await DoneAsync(new SetDomain("two.example", IsNew: true) { CatchAll = "any@one.example" });
        await RefusedAsync(new SetDomain("one.example", IsNew: false) { CatchAll = "other@two.example" }, "would go round in a loop");
        await DoneAsync(new SetAccount("bob@one.example", IsNew: true));
        await DoneAsync(new SetForward("bob@one.example") { Add = ["bob@three.example"] });
        await RefusedAsync(new SetDomain("three.example", IsNew: true) { AliasOf = "one.example" }, "bob@three.example");
    }

    [Fact]
    public async Task Two_changes_together_cannot_close_a_loop_between_them()
    {
        await DoneAsync(new SetDomain("new.example", IsNew: true));
        for (int i = 0; i < 20; i++)
        {
            await DoneAsync(new SetAccount($"a{i}@new.example", IsNew: true));
            await DoneAsync(new SetAccount($"b{i}@new.example", IsNew: true));
            var book = Book;
            var answers = await Task.WhenAll(
                Task.Run(() => book.ApplyAsync(new SetForward($"a{i}@new.example") { Add = [$"b{i}@new.example"] }, Cancel), Cancel),
                Task.Run(() => book.ApplyAsync(new SetForward($"b{i}@new.example") { Add = [$"a{i}@new.example"] }, Cancel), Cancel));
            Assert.Single(answers, answer => answer.Done);
        }
    }

    [Fact]
    public async Task A_mailbox_cannot_be_removed_where_its_mail_would_then_loop()
    {
        await DoneAsync(new SetDomain("new.example", IsNew: true));
        await DoneAsync(new SetAccount("ann@new.example", IsNew: true));
        await DoneAsync(new SetAccount("bob@new.example", IsNew: true));
        await DoneAsync(new SetForward("bob@new.example") { Add = ["ann@new.example"] });
        await DoneAsync(new SetDomain("new.example", IsNew: false) { CatchAll = "bob@new.example" });
        await RefusedAsync(new RemoveAddress("ann@new.example", IsAlias: false), "would go round in a loop");
    }

    [Fact]
    public async Task Suspensions_stand_each_by_itself_with_who_when_why_until_also_for_configured_mailboxes()
    {
        await DoneAsync(
            new Suspend(
                "ann@host.example", Suspended.Sending | Suspended.Login, "spam run", TestDirectory.Start.AddHours(2))
            { By = "carl" });
        await DoneAsync(new Resume("ann@host.example", Suspended.Login));
        var ann = await Directory.FindAccountAsync(new AddressKey("ann", "host.example"), Cancel);
        var one = Assert.Single(ann!.Suspensions);
        Assert.Equal((Suspended.Sending, "carl", TestDirectory.Start, "spam run", TestDirectory.Start.AddHours(2)),
            (one.What, one.By, one.Since, one.Why, one.Until!.Value));
        Assert.NotNull(ann.Suspensions.Covering(Suspended.Sending, TestDirectory.Start.AddMinutes(119)));
        Assert.Null(ann.Suspensions.Covering(Suspended.Sending, TestDirectory.Start.AddHours(2)));
        await RefusedAsync(new Suspend("nobody@host.example", Suspended.Everything, "", null), "there is no mailbox nobody@host.example");
        await RefusedAsync(new Suspend("ann@host.example", Suspended.Sending, "", TestDirectory.Start), "is past already");
        await RefusedAsync(new Resume("ann@host.example", Suspended.Receiving), "is not suspended (receiving)");
    }

    [Fact]
    public async Task Blocks_reach_a_domain_and_all_below_it_expire_by_themselves_and_are_removed_by_pattern()
    {
        await DoneAsync(
            new AddBlock(
                BlockSide.Sender, "@Spam.example", "ann@host.example", "three complaints", TestDirectory.Start.AddDays(1))
            { By = "carl" });
        var block = Assert.Single(await Directory.FindBlocksAsync(BlockSide.Sender, new AddressKey("x", "sub.spam.example"), Cancel));
        Assert.Equal("@spam.example -> ann@host.example, by carl on 2026-03-01 12:00:00Z until 2026-03-02 12:00:00Z: three complaints",
            block.Described.ToString());
        Assert.False(block.IsInForce(TestDirectory.Start.AddDays(1)));
        Assert.Empty(await Directory.FindBlocksAsync(BlockSide.Recipient, new AddressKey("x", "spam.example"), Cancel));
        await DoneAsync(new RemoveBlock("@spam.example"));
        Assert.Empty(await Directory.FindBlocksAsync(BlockSide.Sender, new AddressKey("x", "spam.example"), Cancel));
        await RefusedAsync(new RemoveBlock("17"), "there is no block 17");
    }

    [Fact]
    public async Task A_domain_with_mailboxes_is_removed_only_with_them_and_takes_their_suspensions_along()
    {
        await DoneAsync(new SetDomain("new.example", IsNew: true));
        await DoneAsync(
            new SetAccount("eve@new.example", IsNew: true) { Password = StoredPassword.Make("x"u8.ToArray(), withScram: false) });
        await DoneAsync(new Suspend("eve@new.example", Suspended.Everything, "", null));
        await RefusedAsync(new RemoveDomain("new.example", WithAddresses: false), "--with-addresses");
        await DoneAsync(new RemoveDomain("new.example", WithAddresses: true));
        await DoneAsync(new SetDomain("new.example", IsNew: true));
        await DoneAsync(new SetAccount("eve@new.example", IsNew: true));
        Assert.Empty((await Directory.FindAccountAsync(new AddressKey("eve", "new.example"), Cancel))!.Suspensions);
    }

    [Fact]
    public async Task Tables_that_cannot_be_read_are_no_unknown_user()
    {
        await DoneAsync(new SetDomain("new.example", IsNew: true));
        var directory = Directory;
        tables.Dispose();
        await Assert.ThrowsAsync<DirectoryUnavailableException>(
            async () => await directory.FindAccountAsync(new AddressKey("eve", "new.example"), Cancel));
    }

    [Fact]
    public async Task A_listing_shows_configuration_and_tables_page_by_page_and_never_a_hash()
    {
        await DoneAsync(new SetDomain("new.example", IsNew: true));
        for (int i = 0; i < 1_203; i++)
            await DoneAsync(
                new SetAccount($"user{i:0000}@new.example", IsNew: true)
                {
                    Password = i == 0
                    ? StoredPassword.Make("x"u8.ToArray(), withScram: false) : null
                });
        var listing = new DirectoryListing(tables, () => configured, () => Directory, null, null, time);
        var rows = new List<DirectoryRow>();
        await foreach (var row in listing.ListAsync(new DirectoryQuestion(DirectoryKind.Account), Cancel))
            rows.Add(row);
        Assert.Equal(1_204, rows.Count);
        Assert.Equal(("ann@host.example", "configuration"), (rows[0].Name, rows[0].From));
        Assert.Equal(("user0000@new.example", "directory", true), (rows[1].Name, rows[1].From, rows[1].CanLogIn));
        Assert.DoesNotContain("argon2", string.Join('\n', rows), StringComparison.Ordinal);
    }

    private async Task DoneAsync(DirectoryChange change)
    {
        var answer = await Book.ApplyAsync(change, Cancel);
        Assert.True(answer.Done, answer.Message.ToString());
    }

    private async Task RefusedAsync(DirectoryChange change, string why)
    {
        var answer = await Book.ApplyAsync(change, Cancel);
        Assert.False(answer.Done, answer.Message.ToString());
        Assert.Contains(why, answer.Message.ToString(), StringComparison.Ordinal);
    }
}
