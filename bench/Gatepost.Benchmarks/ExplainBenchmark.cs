using System.Diagnostics;
using System.Globalization;
using System.Text;
using Gatepost.Explain;
using Gatepost.Replies;
using Gatepost.Replies.Catalogue;

namespace Gatepost.Benchmarks;

/// <summary>Explain alone: messages a second of one core over a folder of bounces, one reply line, and a bounce of 15 MB.</summary>
/// <remarks>Time is the processor's, so that a busy machine measures the same as a quiet one.</remarks>
internal static class ExplainBenchmark
{
    public static int Run(Settings settings)
    {
        string folder = settings.Text("folder", "../shared/corpus/bounces/eml");
        if (!Directory.Exists(folder))
        {
            Console.Error.WriteLine($"explain: no folder {folder}; name one with folder=DIR");
            return 66;
        }

        var explainer = new Explainer(ReplyDatabase.BuiltIn);
        Messages(explainer, folder, settings.Number("rounds", 20));
        ReplyLine(explainer, settings.Number("lines", 200_000));
        Large(explainer);
        return 0;
    }

    private static void Messages(Explainer explainer, string folder, int rounds)
    {
        var documents = Directory.GetFiles(folder).Select(file => (ReadOnlyMemory<byte>)File.ReadAllBytes(file)).ToList();
        using var json = new MemoryStream();
        double best = 0;
        for (int round = 0; round < rounds; round++)
        {
            var before = Processor();
            for (int again = 0; again < 10; again++)
                foreach (var document in documents)
                {
                    json.SetLength(0);
                    using var writer = ReportJson.Writer(json);
                    foreach (var answer in explainer.ReadAll(document, "file"))
                        ReportJson.Write(writer, answer, Language.English);
                }

            best = Math.Max(best, documents.Count * 10 / (Processor() - before).TotalSeconds);
        }

        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture, $"messages, JSON written: {best:F0} a second of one core ({documents.Count} files)"));
    }

    private static void ReplyLine(Explainer explainer, int lines)
    {
        const string line = "550 5.1.1 <bob@example.org>: Recipient address rejected: User unknown in virtual mailbox table";
        for (int i = 0; i < lines / 4; i++)
            explainer.ReadLine(line, out _);
        var before = Processor();
        for (int i = 0; i < lines; i++)
            explainer.ReadLine(line, out _);
        Console.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"reply line: {(Processor() - before).TotalMicroseconds / lines:F1} microseconds"));
    }

    private static void Large(Explainer explainer)
    {
        string notice =
            "From: MAILER-DAEMON@host.example\nTo: ann@host.example\nSubject: failure notice\nContent-Type: multipart/report; "
            + "report-type=delivery-status; boundary=\"b\"\n\n--b\n\n<bob@example.org>: 552 5.3.4 too big\n"
            + "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; host.example\n\nFinal-Recipient: rfc822; "
                + "bob@example.org\nAction: failed\nStatus: 5.3.4\nDiagnostic-Code: smtp; 552 5.3.4 message too "
                + "big\n\n--b\nContent-Type: message/rfc822\n\nTo: bob@example.org\n\n";
        byte[] large = Encoding.ASCII.GetBytes(
            notice + string.Concat(Enumerable.Repeat(new string('A', 76) + "\r\n", 200_000)) + "--b--\n");
        explainer.Read(large);
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        var clock = Stopwatch.StartNew();
        int reports = explainer.Read(large).Reports.Count;
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"bounce of {large.Length / 1e6:F1} MB: {clock.Elapsed.TotalMilliseconds:F1} ms, "
                + $"{(GC.GetAllocatedBytesForCurrentThread() - allocated) / 1024} KiB allocated beside the file, {reports} report"));
    }

    private static TimeSpan Processor()
    {
        using var process = Process.GetCurrentProcess();
        return process.TotalProcessorTime;
    }
}
