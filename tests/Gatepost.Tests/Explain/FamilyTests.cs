using System.Text;
using Gatepost.Explain;
using Gatepost.Replies.Catalogue;
using Xunit;

namespace Gatepost.Tests.Explain;

/// <summary>
/// Free-text bounces in the manner of many systems, and mail that only looks like one; what is expected stands in the first line of each.
/// </summary>
public sealed class FamilyTests
{
    private static string Folder => Path.Combine(Repository.Root, "tests", "Gatepost.Tests", "Explain", "Families");

    public static TheoryData<string> Files =>
        [.. Directory.GetFiles(Folder, "*.eml").Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public void A_bounce_in_sentences_is_read_by_its_structure(string file)
    {
        byte[] document = File.ReadAllBytes(Path.Combine(Folder, file));
        string first = Encoding.UTF8.GetString(document.AsSpan(0, document.AsSpan().IndexOf((byte)'\n')));
        string expected = first["X-Expected: ".Length..];

        var reports = new Explainer(ReplyDatabase.BuiltIn).Read(document).Reports;

        Assert.Equal(expected, reports.Count == 0 ? "NONE" : string.Join('|', reports.Select(BounceReadingTests.Short)));
    }
}
