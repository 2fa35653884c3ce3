using Gatepost.Replies;
using Gatepost.Replies.Catalogue;
using Xunit;

namespace Gatepost.Tests.Replies;

/// <summary>Labelled reply and log lines of other people's servers, and how many are read as their label says.</summary>
public sealed class CorpusTests
{
    [Theory]
    [InlineData("corpus/replies/replies.tsv", 0.95)]
    [InlineData("corpus/replies/loglines.tsv", 0.95)]
    public void Labelled_lines_are_read_as_their_labels_say(string file, double least)
    {
        string[][] rows = [.. SharedFacts.Lines(file).Skip(1).Select(line => line.Split('\t'))];
        var wrong = rows.Where(row => !IsAccepted(ReplyDatabase.BuiltIn.Explain(row[1]).Reason, row)).Select(row => row[0]).ToList();
        Assert.True(1 - ((double)wrong.Count / rows.Length) >= least, $"{wrong.Count} of {rows.Length}: {string.Join(' ', wrong)}");
    }

    [Theory]
    [InlineData("corpus/replies/replies.tsv")]
    [InlineData("corpus/replies/loglines.tsv")]
    public void Code_and_status_of_labelled_lines_are_read_without_exception(string file) =>
        Shown.None(
            from row in SharedFacts.Lines(file).Skip(1).Select(line => line.Split('\t'))
            let read = ReplyReading.Read(row[1], isProse: false)
            where (row[4] != "-" && read.Code?.ToString(System.Globalization.CultureInfo.InvariantCulture) != row[4])
                || (row[5] != "-" && read.Status?.ToString() != row[5])
            select $"{row[0]}: {read.Code} {read.Status}");

    /// <summary>The label, one that is also right, or a finer term where the label is a wider one.</summary>
    private static bool IsAccepted(Reason? reason, string[] row)
    {
        string[] right = [row[2], .. row[3].Split(',')];
        return reason is not null && (right.Contains(reason.Word) || (reason.Wider is { } wider && right.Contains(wider)));
    }
}
