using Gatepost.Explain;
using Gatepost.Replies;
using Gatepost.Replies.Catalogue;
using Gatepost.Tests.Replies;
using Xunit;

namespace Gatepost.Tests.Explain;

/// <summary>
/// What people paste, as it is in their windows, tickets, consoles and logs: each is one document with the right recipients, told with
/// advice that fits what became of the message.
/// </summary>
public sealed class PastedDocumentTests
{
    private static readonly Explainer Explainer = new(ReplyDatabase.BuiltIn);

    private static string Folder => Path.Combine(Repository.Root, "tests", "Gatepost.Tests", "Explain", "Pasted");

    private static IEnumerable<string[]> Rows => File.ReadLines(Path.Combine(Folder, "expected.tsv"))
        .Where(line => line.Length > 0 && line[0] != '#').Select(line => line.Split('\t'));

    public static TheoryData<string, string, string> Documents
    {
        get
        {
            var documents = new TheoryData<string, string, string>();
            foreach (string[] row in Rows)
                documents.Add(row[0], row[1], row[2]);
            return documents;
        }
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void A_pasted_document_is_read_as_what_it_is(string file, string kind, string reports)
    {
        var document = Read(file);

        Assert.Equal((kind, reports), (document.Kind.ToString(), string.Join("; ", document.Reports.Select(Short))));
    }

    [Fact]
    public void What_an_event_says_was_delivered_is_said_to_be_delivered() =>
        Assert.Equal(ReplyDatabase.BuiltIn.Words(Reason.Delivered, Language.English, StatedFacts.None).Meaning,
            Read("sendgrid.json").Reports[1].Meaning(Language.English));

    [Fact]
    public void Every_file_of_the_folder_has_a_row() =>
        Assert.Equal(
            Directory.GetFiles(Folder).Select(path => Path.GetFileName(path)).Where(name => name != "expected.tsv")
                .Order(StringComparer.Ordinal),
            Rows.Select(row => row[0]).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Documents))]
    public void Evidence_of_a_document_is_in_it(string file, string kind, string reports)
    {
        _ = (kind, reports);
        byte[] octets = File.ReadAllBytes(Path.Combine(Folder, file));
        string text = System.Text.Encoding.UTF8.GetString(octets);

        foreach (var words in Explainer.Read(octets, file).Reports.SelectMany(report => report.Evidence))
            Assert.True(text.Contains(words.Text, StringComparison.Ordinal), words.Text);
    }

    [Fact]
    public void Outcome_and_advice_agree_in_every_language() =>
        Shown.None(
            from row in Rows
            from report in Read(row[0]).Reports
            where report.Outcome != MessageOutcome.Unknown
            let goesOn = report.Outcome == MessageOutcome.StillTrying
            from language in Languages.All
            from words in report.Steps(language).Select(step => step.What).Append(report.Meaning(language))
                .Append(goesOn == (report.Retry == Retry.Automatic) ? "" : goesOn ? "refused for good" : "tries again by itself")
            from wrong in goesOn ? OutcomeWords.IsOver : OutcomeWords.Waits
            where words.Contains(wrong, StringComparison.Ordinal)
            select $"{row[0]}, {report.Outcome}, {language.Code()}: {words}");

    [Theory]
    [MemberData(nameof(Documents))]
    public void Line_ends_change_nothing(string file, string kind, string reports)
    {
        string text = File.ReadAllText(Path.Combine(Folder, file));
        foreach (string end in (ReadOnlySpan<string>)["\r\n", "\r"])
        {
            var document = Explainer.Read(System.Text.Encoding.UTF8.GetBytes(text.ReplaceLineEndings(end)), file);
            Assert.Equal((kind, reports), (document.Kind.ToString(), string.Join("; ", document.Reports.Select(Short))));
        }
    }

    private static DocumentReport Read(string file) => Explainer.Read(File.ReadAllBytes(Path.Combine(Folder, file)), file);

    private static string Short(Report report) => string.Join(' ', report.Recipient ?? "-", report.Reason.Word,
        report.ReplyCode?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "-", report.EnhancedStatus?.ToString() ?? "-",
        report.Outcome);
}
