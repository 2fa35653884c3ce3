using System.Text;
using Gatepost.Explain;
using Gatepost.Replies;
using Gatepost.Replies.Catalogue;
using Xunit;

namespace Gatepost.Tests.Explain;

/// <summary>
/// Texts written before the words for them were: what servers, libraries, log writers and mail programs say, in more than twenty
/// languages. At first sight 90 % of servers.tsv, 71 % of programs.tsv and 63 % of bare-sentences.tsv, which have no numbers, were read
/// right; what was missing was added by kind.
/// </summary>
public sealed class ParaphraseTests
{
    private static readonly Explainer Explainer = new(ReplyDatabase.BuiltIn);

    [Theory]
    [InlineData("servers.tsv", 0.97)]
    [InlineData("programs.tsv", 0.87)]
    [InlineData("bare-sentences.tsv", 0.8)]
    [InlineData("more-servers.tsv", 0.8)]
    [InlineData("documents.tsv", 0.95)]
    [InlineData("fresh-texts.tsv", 0.94)]
    public void Texts_that_were_written_before_their_words_are_read_as_their_labels_say(string file, double least)
    {
        var answers = Read(file);
        var wrong = answers.Where(answer => !answer.IsRight).Select(answer => answer.Id).ToList();
        Assert.True(wrong.Count <= answers.Count * (1 - least), $"{wrong.Count} of {answers.Count}: {string.Join(' ', wrong)}");
    }

    [Theory]
    [InlineData("servers.tsv")]
    [InlineData("programs.tsv")]
    [InlineData("bare-sentences.tsv")]
    [InlineData("documents.tsv")]
    [InlineData("fresh-texts.tsv")]
    public void What_is_said_with_high_confidence_is_right_and_no_good_address_is_called_dead(string file)
    {
        var answers = Read(file);
        var sure = answers.Where(answer => answer.Report?.Confidence >= Confidence.High).ToList();
        var wrong = sure.Where(answer => !answer.IsRight).Select(answer => answer.Id).ToList();
        Assert.True(wrong.Count <= sure.Count * 0.03, $"{wrong.Count} of {sure.Count}: {string.Join(' ', wrong)}");
        var dead = answers.Where(answer => !answer.IsRight && answer.Report?.Reason.Permanence == Permanence.Hard);
        Assert.Empty(dead.Select(answer => answer.Id));
    }

    private sealed record Answer(string Id, Report? Report, bool IsRight);

    private static List<Answer> Read(string file)
    {
        string path = Path.Combine(Repository.Root, "tests", "Gatepost.Tests", "Explain", "Paraphrases", file);
        return [.. File.ReadLines(path).Skip(1).Select(line => line.Split('\t')).Select(row => Judge(row, Answered(Unescaped(row[1]))))];
    }

    /// <summary>The report that tells most of a text about one event.</summary>
    private static Report? Answered(string text)
    {
        var reports = text.Contains('\n') ? Explainer.Read(Encoding.UTF8.GetBytes(text)).Reports : [Explainer.ReadLine(text)];
        return reports.FirstOrDefault(report => report.Reason != Reason.Unknown && report.Reason != Reason.Delivered)
            ?? reports.FirstOrDefault();
    }

    private static Answer Judge(string[] row, Report? report)
    {
        string[] right = [row[2], .. row[3].Split(',')];
        bool isRight = report?.Reason is { } said && (right.Contains(said.Word) || (said.Wider?.Split(',').Any(right.Contains) ?? false));
        return new Answer(row[0], report, isRight);
    }

    private static string Unescaped(string text) => text.Replace("\\\\", "\u0001", StringComparison.Ordinal)
        .Replace("\\n", "\n", StringComparison.Ordinal).Replace("\\t", "\t", StringComparison.Ordinal)
        .Replace('\u0001', '\\');
}
