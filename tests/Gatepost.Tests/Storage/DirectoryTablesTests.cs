using Gatepost.Storage.Addresses;
using Xunit;

namespace Gatepost.Tests.Storage;

public sealed class DirectoryTablesTests
{
    [Fact]
    public async Task Closing_fails_a_change_that_waits_and_lets_the_running_one_end()
    {
        using var folder = new Folder();
        var tables = DirectoryTables.Open(folder.Path);
        var running = new TaskCompletionSource();
        var first = tables.ChangeAsync(_ => running.Task, default);
        var second = tables.ChangeAsync(_ => Task.CompletedTask, default);

        var closing = Task.Run(tables.Dispose, TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<ObjectDisposedException>(
            () => second.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken));
        running.SetResult();
        await Task.WhenAll(first, closing);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => tables.ChangeAsync(_ => Task.CompletedTask, default));
    }
}
