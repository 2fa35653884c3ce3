using System.Text;
using Gatepost.Explain;
using Gatepost.Explain.Observations;
using Gatepost.Replies;
using Gatepost.Replies.Catalogue;
using Gatepost.Tests.Smtp;
using Xunit;

namespace Gatepost.Tests.Explain;

/// <summary>Every reader under mutated documents; tests/fuzz has the corpus and says how to search for longer.</summary>
public sealed class FuzzTests
{
    private readonly Explainer explainer = new(ReplyDatabase.BuiltIn);

    [Fact]
    public Task Whatever_a_message_holds_it_is_answered_and_nothing_is_invented() =>
        Mutations.TryAsync("explain-message", 3000, (octets, _) =>
        {
            foreach (var document in explainer.ReadAll(octets))
                Check(document, octets);
            return Task.CompletedTask;
        });

    [Fact]
    public Task Whatever_a_log_transcript_or_mailbox_holds_it_is_answered_and_nothing_is_invented() =>
        Mutations.TryAsync("explain-text", 5000, (octets, _) =>
        {
            foreach (var document in explainer.ReadAll(octets))
                Check(document, octets);
            string line = Encoding.UTF8.GetString(octets);
            Check(new DocumentReport(null, DocumentKind.Reply, [explainer.ReadLine(line)]), octets);
            return Task.CompletedTask;
        });

    private static void Check(DocumentReport document, byte[] octets)
    {
        string raw = Encoding.Latin1.GetString(octets);
        bool plain = !raw.Contains("quoted-printable", StringComparison.OrdinalIgnoreCase)
            && !raw.Contains("base64", StringComparison.OrdinalIgnoreCase) && !raw.Contains("charset", StringComparison.OrdinalIgnoreCase)
            && Ascii.IsValid(octets);
        foreach (var report in document.Reports)
        {
            Assert.NotEqual("", report.Meaning(Language.Russian));
            Assert.All(report.Evidence, words => Assert.InRange(words.Offset, 0, octets.Length));
            if (!plain)
                continue;
            Invented.Check(report, raw);
            Assert.All(report.Evidence, words => Assert.Contains(words.Text, raw));
        }

        using var json = new MemoryStream();
        using (var writer = ReportJson.Writer(json))
            ReportJson.Write(writer, document, Language.English);
        Assert.DoesNotContain((byte)'\n', json.ToArray());
        System.Text.Json.JsonDocument.Parse(json.ToArray()).Dispose();
    }
}
