using Gatepost.Composition;
using Gatepost.Policy.Basics;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gatepost.Tests.Program;

public sealed class BackgroundWorkTests
{
    [Fact]
    public async Task Work_that_fails_by_a_fault_of_ours_raises_an_alarm_and_begins_again()
    {
        var cancel = TestContext.Current.CancellationToken;
        var time = new FakeTimeProvider();
        var journal = new Smtp.MemoryJournal();
        var alarms = new Alarms(journal, time);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        int runs = 0;
        var work = BackgroundWork.GoOnAsync(
            "reports",
            _ => ++runs < 3 ? throw new ArgumentNullException("challenges") : Task.CompletedTask,
            alarms, time, stopping.Token);

        await WaitForAsync(() => runs == 1 && alarms.On.Count == 1);
        Assert.Contains("reports", alarms.On.Single().Text.ToString(), StringComparison.Ordinal);
        for (int want = 2; want <= 3; want++)
        {
            int wanted = want;
            await WaitForAsync(() =>
            {
                time.Advance(TimeSpan.FromSeconds(20));
                return runs >= wanted;
            });
        }

        await work;
        Assert.Empty(alarms.On);

        async Task WaitForAsync(Func<bool> isTrue)
        {
            while (!isTrue())
                await Task.Delay(5, cancel);
        }
    }
}
