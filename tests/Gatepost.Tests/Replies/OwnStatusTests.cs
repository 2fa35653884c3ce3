using System.Text;
using Gatepost.Replies;
using Xunit;

namespace Gatepost.Tests.Replies;

/// <summary>The enhanced statuses of our refusals, in either form, and what may stand behind their words.</summary>
public sealed class OwnStatusTests
{
    private static IEnumerable<(ReplyEntry Entry, ReplyForm Form)> Refusals =>
        from entry in OurReplies.All
        from form in new[] { entry.Classic, entry.Modern }.Distinct()
        where entry.Kind == EntryKind.Condition || form.Code >= 400
        select (entry, form);

    [Fact]
    public void Every_refusal_of_either_form_has_a_status_that_is_registered() => Shown.None(
        from refusal in Refusals
        where refusal.Form.Status is not { } status || !StatusCodes.IsKnown(status)
        select $"{refusal.Entry.Id}: {refusal.Form.Code} {refusal.Form.Status}");

    [Fact]
    public void The_class_of_the_status_agrees_with_the_code_of_what_crosses_a_wire() => Shown.None(
        from refusal in Refusals
        where refusal.Entry.Kind == EntryKind.Own && refusal.Form.Status?.Class != refusal.Form.Code / 100
        select $"{refusal.Entry.Id}: {refusal.Form.Code} {refusal.Form.Status}");

    [Fact]
    public void The_registry_as_it_was_collected_knows_every_status_of_ours()
    {
        var registered = SharedFacts.Lines("facts/enhanced-status-codes.tsv").Skip(1)
            .Select(line => line.Split('\t'))
            .Where(row => row[0] != "class-or-subject")
            .SelectMany(row => row[1].Split(", "))
            .ToHashSet();
        Assert.Contains("X.7.1", registered);
        Shown.None(
            from refusal in Refusals
            where !registered.Contains($"X.{refusal.Form.Status!.Value.Subject}.{refusal.Form.Status.Value.Detail}")
            select $"{refusal.Entry.Id}: {refusal.Form.Status}");
    }

    /// <summary>
    /// Whatever the client put into the reply, its case number stays readable; what else is added stands there whole or not at all.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(60)]
    [InlineData(255)]
    [InlineData(5000)]
    public void The_id_of_the_verdict_is_on_the_line_however_long_the_values_are(int length)
    {
        const string Id = "[G-ABCDEFGH]", Link = "https://help.example.org/mail/why/G-ABCDEFGH";
        foreach (char letter in "a\u0007ящ😀\"")
        {
            string value = new(letter, length);
            foreach (var (entry, style) in Refusals.Where(refusal => refusal.Entry.Kind == EntryKind.Own)
                .SelectMany(refusal => new[] { (refusal.Entry, ReplyStyle.Classic), (refusal.Entry, ReplyStyle.Modern) }))
            {
                var names = new[] { entry.Classic.Text, entry.Modern.Text }.SelectMany(
                    text => text.Split('{').Skip(1).Select(part => part.Split('}')[0])).Distinct();
                var reply = entry.Say([.. names.Select(name => (name, (object?)value))]).As(style).Adding(Id).Adding(Link).Adding(value);
                string[] lines = Encoding.UTF8.GetString(reply.Wire.Span).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);

                Assert.All(lines, line => Assert.True(Encoding.UTF8.GetByteCount(line) <= Reply.MaxLine - 2, $"{entry.Id}: {line}"));
                Assert.Contains(Id, lines[^1]);
                Assert.True(lines[^1].Contains(Link, StringComparison.Ordinal)
                    || !lines[^1].Contains("https://", StringComparison.Ordinal), lines[^1]);
            }
        }
    }
}
