using Gatepost.Commands.Answers;
using Gatepost.Explain;
using Gatepost.Replies.Catalogue;
using Xunit;

namespace Gatepost.Tests.Explain;

/// <summary>Nothing runs beside it: the memory of the whole process is measured.</summary>
[CollectionDefinition(nameof(SummaryMemoryTests), DisableParallelization = true)]
[Collection(nameof(SummaryMemoryTests))]
public sealed class SummaryMemoryTests
{
    private readonly Explainer explainer = new(ReplyDatabase.BuiltIn);

    /// <summary>GATEPOST_LONG_LOG is the number of lines; a million is a good one for an evening.</summary>
    [Fact]
    public void The_memory_of_a_summary_does_not_grow_with_the_log()
    {
        int many = int.TryParse(Environment.GetEnvironmentVariable("GATEPOST_LONG_LOG"), out int wanted) ? wanted : 150_000;
        var groups = new SummaryGroups();
        var lines = Enumerable.Range(0, many).Select(i =>
            $"2026-11-27T10:00:00 mx postfix/smtp[1]: 4A{i:X8}: to=<user{i}@d{i % 9000}.example>, relay=mx[192.0.2.1]:25, dsn=5.2.2, "
                + "status=bounced (host mx[192.0.2.1] said: 552 5.2.2 Mailbox full)");
        long half = 0;
        int told = 0;
        foreach (var block in new LogBlocks(explainer).Read(lines, "mail.log"))
        {
            groups.Add(block);
            told += block.Reports.Count;
            if (half == 0 && told >= many * 7 / 10)
                half = GC.GetTotalMemory(forceFullCollection: true);
        }

        long whole = GC.GetTotalMemory(forceFullCollection: true);
        Assert.Equal(many, groups.Reports);
        Assert.True(whole - half < 12 << 20, $"{half >> 20} MB after 70 % of {many} lines, {whole >> 20} MB after all");
    }
}
