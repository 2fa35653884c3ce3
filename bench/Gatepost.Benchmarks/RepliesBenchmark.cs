using System.Diagnostics;
using System.Globalization;
using Gatepost.Replies.Catalogue;

namespace Gatepost.Benchmarks;

/// <summary>The catalogue alone: how long it takes to compile, to recognise a line, and what that allocates.</summary>
/// <remarks>Time is the processor's, so that a busy machine measures the same as a quiet one.</remarks>
internal static class RepliesBenchmark
{
    private static readonly (string Name, string Line)[] Lines =
    [
        ("unknown user, 80 characters", "550 5.1.1 <bob@example.org>: Recipient address rejected: User unknown in virtual mailbox table"),
        (
            "Gmail, folded, 330 characters",
            "421-4.7.0 [192.0.2.1 15] Our system has detected an unusual rate of 421-4.7.0 unsolicited mail originating from your IP "
            + "address. To protect our 421-4.7.0 users from spam, mail sent from your IP address has been temporarily 421-4.7.0 rate "
            + "limited. Please visit 421-4.7.0 https://support.google.com/mail/answer/81126 421 4.7.0 Senders Guidelines. a1 - gsmtp"),
        ("Russian", "550 5.1.1 Почтовый ящик получателя переполнен, попробуйте позже"),
        ("nothing known", "554 zyx wvu tsr qpo nml kji hgf edc baz zyx wvu tsr qpo nml kji hgf edc baz"),
        ("hostile, 16 Ki", "550 " + string.Concat(Enumerable.Repeat("user unknow mailbox is ful blocked usin ", 410))),
    ];

    public static int Run(Settings settings)
    {
        var compile = Stopwatch.StartNew();
        var knowledge = ReplyDatabase.BuiltIn;
        knowledge.Match("x");
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"ready in {compile.ElapsedMilliseconds} ms: {knowledge.Entries.Count} entries"));

        int rounds = settings.Number("rounds", 100_000);
        foreach (var (name, line) in Lines)
            Measure(name, line.Length > 1000 ? rounds / 100 : rounds, () => knowledge.Match(line, 550).Length);
        Measure("Explain of the first", rounds, () => knowledge.Explain(Lines[0].Line).Entry.Id.Length);
        Measure("received 250", rounds * 10, () => ReplyDatabase.BuiltIn.Recognise(250, "2.0.0 Ok: queued as 01J9").Code);
        Measure("received 550", rounds, () => ReplyDatabase.BuiltIn.Recognise(550, "5.1.1 <bob@example.org>: User unknown").Code);
        return 0;
    }

    private static void Measure(string name, int rounds, Func<int> work)
    {
        int sum = 0;
        for (int i = 0; i < rounds / 4; i++)
            sum += work();
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        var before = Processor();
        for (int i = 0; i < rounds; i++)
            sum += work();
        double nanoseconds = (Processor() - before).TotalNanoseconds / rounds;
        long octets = (GC.GetAllocatedBytesForCurrentThread() - allocated) / rounds;
        Console.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"{name}: {nanoseconds:F0} ns, {octets} octets allocated{(sum == 42 ? "." : "")}"));
    }

    private static TimeSpan Processor()
    {
        using var process = Process.GetCurrentProcess();
        return process.TotalProcessorTime;
    }
}
