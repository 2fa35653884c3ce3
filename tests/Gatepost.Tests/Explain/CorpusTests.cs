using System.Globalization;
using Gatepost.Explain;
using Gatepost.Replies;
using Gatepost.Replies.Catalogue;
using Xunit;

namespace Gatepost.Tests.Explain;

/// <summary>
/// Labelled bounces beside the repository, where they are there. <c>bench/explain-score</c> scores the same in all its columns.
/// </summary>
public sealed class CorpusTests
{
    private static readonly string Folder = Path.GetFullPath(Path.Combine(Repository.Root, "..", "shared", "corpus", "bounces"));

    [Fact]
    public void Real_bounces_keep_their_recipients_codes_and_reasons()
    {
        Assert.SkipUnless(File.Exists(Path.Combine(Folder, "expected.tsv")), $"no labelled bounces in {Folder}");
        var explainer = new Explainer(ReplyDatabase.BuiltIn);
        var counts = new Dictionary<string, (int Right, int Of)>();
        int falseAlarms = 0;
        foreach (var file in Rows().GroupBy(row => row["file"]))
        {
            byte[] octets = File.ReadAllBytes(Path.Combine(Folder, file.Key));
            var reports = explainer.ReadAll(octets).SelectMany(document => document.Reports).ToList();
            if (file.First()["reason"] == "not-a-bounce")
            {
                falseAlarms += reports.Count(report => report.Reason != Reason.AutoReply);
                continue;
            }

            foreach (var row in file)
            {
                int index = reports.FindIndex(report =>
                    string.Equals(report.Recipient, row["recipient"], StringComparison.OrdinalIgnoreCase));
                var report = index < 0 ? reports.FirstOrDefault() : reports[index];
                if (report is not null)
                    reports.Remove(report);
                Count(counts, "recipient", row["recipient"], report?.Recipient);
                if (row["status_from"] == "text")
                    Count(counts, "status", row["status"], report?.EnhancedStatus?.ToString());
                Count(counts, "code", row["replycode"], report?.ReplyCode?.ToString(CultureInfo.InvariantCulture));
                string reason = report?.Reason.Word ?? "";
                bool accepted = reason == row["reason"] || row["alt"].Split(',').Contains(reason) || report?.Reason.Wider == row["reason"];
                Count(counts, "reason", row["reason"], accepted ? row["reason"] : reason);
            }
        }

        Assert.Equal(0, falseAlarms);
        foreach (var (field, share) in (ReadOnlySpan<(string, double)>)[
            ("recipient", 0.99), ("status", 0.99), ("code", 0.985), ("reason", 0.85)])
            Assert.True(counts[field].Right >= counts[field].Of * share,
                $"{field}: {counts[field].Right} of {counts[field].Of} right, {share:P1} wanted");
    }

    private static void Count(Dictionary<string, (int Right, int Of)> counts, string field, string want, string? have)
    {
        if (want == "-")
            return;
        var (right, of) = counts.GetValueOrDefault(field);
        counts[field] = (right + (string.Equals(want, have, StringComparison.OrdinalIgnoreCase) ? 1 : 0), of + 1);
    }

    private static IEnumerable<Dictionary<string, string>> Rows()
    {
        string[] lines = File.ReadAllLines(Path.Combine(Folder, "expected.tsv"));
        string[] names = lines[0].Split('\t');
        return lines.Skip(1).Where(line => line.Length > 0)
            .Select(line => names.Zip(line.Split('\t')).ToDictionary(pair => pair.First, pair => pair.Second));
    }
}
