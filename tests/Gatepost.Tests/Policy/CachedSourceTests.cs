using Gatepost.Policy.Directory;
using Gatepost.Policy.Directory.Administration;
using Gatepost.Storage.Addresses;
using Gatepost.Tests.Storage;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gatepost.Tests.Policy;

/// <summary>What is kept of the directory's tables, and how often they are read.</summary>
public sealed class CachedSourceTests : IDisposable
{
    private readonly Folder folder = new();
    private readonly DirectoryTables tables;
    private readonly Counted counted;
    private readonly DirectoryEditor book;

    public CachedSourceTests()
    {
        tables = DirectoryTables.Open(folder.Path);
        counted = new Counted(tables);
        var nothing = new ConfiguredDirectory([], [], []);
        book = new DirectoryEditor(tables, () => nothing, "maildir:/mail/{domain}/{mailbox}", new FakeTimeProvider(TestDirectory.Start));
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        tables.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task Guessed_names_cost_one_reading_each_and_do_not_push_out_those_that_exist()
    {
        await DoneAsync(new SetDomain("host.example", IsNew: true));
        await DoneAsync(new SetAccount("ann@host.example", IsNew: true));
        var source = new CachedSource(counted);
        Assert.NotNull(source.FindAddress(Key("ann")));

        counted.Readings = 0;
        for (int i = 0; i < 10_000; i++)
        {
            Assert.Null(source.FindAddress(Key($"nobody-{i}")));
            Assert.Null(source.FindAddress(Key($"NOBODY-{i}")));
        }

        Assert.Equal(10_000, counted.Readings);
        Assert.Equal("ann@host.example", source.FindAddress(Key("ann"))!.Address);
        Assert.Equal(10_000, counted.Readings);
    }

    [Fact]
    public async Task A_name_that_was_not_there_is_found_once_it_is_added_and_not_once_it_is_removed()
    {
        await DoneAsync(new SetDomain("host.example", IsNew: true));
        var source = new CachedSource(counted);
        Assert.Null(source.FindAddress(Key("eve")));
        await DoneAsync(new SetAccount("eve@host.example", IsNew: true));
        Assert.NotNull(source.FindAddress(Key("eve")));
        await DoneAsync(new RemoveAddress("eve@host.example", IsAlias: false));
        Assert.Null(source.FindAddress(Key("eve")));
    }

    [Fact]
    public async Task Many_threads_that_ask_together_all_hear_the_truth()
    {
        await DoneAsync(new SetDomain("host.example", IsNew: true));
        for (int i = 0; i < 20; i++)
            await DoneAsync(new SetAccount($"user{i}@host.example", IsNew: true));
        var source = new CachedSource(counted);
        await Parallel.ForAsync(0, 4_000, new ParallelOptions { MaxDegreeOfParallelism = 32, CancellationToken = Cancel }, (number, _) =>
        {
            Assert.Equal(number % 40 < 20, source.FindAddress(Key($"user{number % 40}")) is not null);
            Assert.Null(source.FindAddress(Key($"nobody-{number}")));
            return ValueTask.CompletedTask;
        });
    }

    private static AddressKey Key(string name) => new(name, "host.example");

    private async Task DoneAsync(DirectoryChange change)
    {
        var answer = await book.ApplyAsync(change with { By = "the test" }, Cancel);
        Assert.True(answer.Done, answer.Message.ToString());
    }

    private sealed class Counted(IDirectoryTables tables) : IDirectoryTables
    {
        private int readings;

        public int Readings { get => readings; set => readings = value; }

        public long Generation => tables.Generation;

        public T Read<T>(Func<IDirectoryReader, T> question)
        {
            Interlocked.Increment(ref readings);
            return tables.Read(question);
        }

        public Task ChangeAsync(Func<IDirectoryWriter, Task> change, CancellationToken cancel) => tables.ChangeAsync(change, cancel);
    }
}
