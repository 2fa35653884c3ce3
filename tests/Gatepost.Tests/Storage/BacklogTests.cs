using Gatepost.Storage.Journal;
using Xunit;

namespace Gatepost.Tests.Storage;

public sealed class BacklogTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_crowd_is_written_without_waiting_for_the_interval()
    {
        var written = new TaskCompletionSource();
        int count = 0;
        await using var backlog = new Backlog<int>("test", 10_000, TimeSpan.FromMinutes(30), () => { }, batch => Count(batch.Count), () =>
            { });
        for (int i = 0; i < 3000; i++)
            Assert.True(backlog.TryAdd(i));
        await written.Task.WaitAsync(Patience);

        void Count(int more)
        {
            if ((count += more) >= 1024)
                written.TrySetResult();
        }
    }

    [Fact]
    public async Task It_is_crowded_when_more_than_half_of_the_room_is_taken_and_takes_no_more_than_fits()
    {
        using var gate = new ManualResetEventSlim();
        await using var backlog = new Backlog<int>("test", 10, TimeSpan.FromMilliseconds(1), () => { }, _ => gate.Wait(Patience), () =>
            { });
        for (int i = 0; i < 5; i++)
            Assert.True(backlog.TryAdd(i));
        Assert.False(backlog.IsHalfFull);
        Assert.True(backlog.TryAdd(5));
        Assert.True(backlog.IsHalfFull);
        for (int i = 6; i < 10; i++)
            Assert.True(backlog.TryAdd(i));
        Assert.False(backlog.TryAdd(10));

        gate.Set();
        await backlog.FlushAsync(CancellationToken.None).WaitAsync(Patience);
        Assert.False(backlog.IsHalfFull);
        Assert.True(backlog.TryAdd(11));
    }
}
