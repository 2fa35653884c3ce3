using System.Text;
using Gatepost.Explain;
using Gatepost.Replies.Catalogue;
using Xunit;

namespace Gatepost.Tests.Explain;

/// <summary>Documents that are cut, mislabelled, hostile or huge: an answer without an exception, in bounded memory.</summary>
public sealed class BrokenInputTests
{
    private readonly Explainer explainer = new(ReplyDatabase.BuiltIn);

    [Fact]
    public void A_bounce_cut_at_any_place_is_read_and_nothing_is_invented()
    {
        byte[] whole = Samples.Octets(Samples.Postfix, "\r\n");
        for (int length = 0; length < whole.Length; length += 7)
        {
            string text = Encoding.UTF8.GetString(whole, 0, length);
            foreach (var report in explainer.Read(whole.AsMemory(0, length)).Reports)
                Invented.Check(report, text);
        }
    }

    [Theory]
    [InlineData("iso-2022-jp", 50220, "このメールは送信できません")]
    [InlineData("shift_jis", 932, "このメールは送信できません")]
    [InlineData("euc-jp", 51932, "このメールは送信できません")]
    [InlineData("koi8-r", 20866, "Письмо не может быть доставлено")]
    [InlineData("windows-1251", 1251, "Письмо не может быть доставлено")]
    [InlineData("iso-8859-1", 1252, "Le message n'a pas été délivré")]
    public void Every_character_set_is_read_declared_or_not_plain_or_encoded(string charset, int codePage, string words)
    {
        byte[] encoded = CodePagesEncodingProvider.Instance.GetEncoding(codePage)!.GetBytes(
            words + "\n\n<bob@shop.test>:\n550 5.1.1 No such user here\n");
        string head =
            $"From: MAILER-DAEMON@host.test\nTo: ann@host.test\nSubject: failure notice\nMIME-Version: 1.0\nContent-Type: text/plain; "
            + $"charset={charset}\n";
        byte[] plain = [.. Encoding.ASCII.GetBytes(head + "\n"), .. encoded];
        byte[] base64 = Encoding.ASCII.GetBytes(head + "Content-Transfer-Encoding: base64\n\n"
            + Convert.ToBase64String(encoded, Base64FormattingOptions.InsertLineBreaks) + "\n");
        byte[] undeclared =
            [.. Encoding.ASCII.GetBytes(head.Replace($"charset={charset}", "charset=us-ascii", StringComparison.Ordinal) + "\n"),
                .. encoded];

        foreach (byte[] document in (byte[][])[plain, base64, undeclared])
            Assert.Equal(
                "bob@shop.test 550 5.1.1 mailbox-unknown", BounceReadingTests.Short(Assert.Single(explainer.Read(document).Reports)));
    }

    [Fact]
    public void A_thousand_nested_parts_cost_no_stack()
    {
        var nested = new StringBuilder("From: MAILER-DAEMON@host.test\nSubject: failure notice\nMIME-Version: 1.0\n");
        for (int level = 0; level < 1000; level++)
            nested.Append("Content-Type: multipart/mixed; boundary=\"b").Append(level).Append("\"\n\n--b").Append(level).Append('\n');
        nested.Append("Content-Type: text/plain\n\n<bob@shop.test>:\n550 5.1.1 No such user\n");

        Assert.NotNull(explainer.Read(Encoding.ASCII.GetBytes(nested.ToString())));
    }

    [Fact]
    public void A_bounce_of_fifteen_megabytes_is_read_without_copying_it()
    {
        string original = string.Concat(Enumerable.Repeat(new string('A', 76) + "\n", 200_000));
        byte[] huge = Encoding.ASCII.GetBytes(
            Samples.Postfix.ReplaceLineEndings("\n").Replace("421 4.7.0 mailbox full\n", original, StringComparison.Ordinal));
        Assert.True(huge.Length > 15_000_000);
        explainer.Read(huge);

        long before = GC.GetAllocatedBytesForCurrentThread();
        var document = explainer.Read(huge);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(2, document.Reports.Count);
        Assert.InRange(allocated, 0, 2_000_000);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n\n\n")]
    [InlineData("\0\0\0\u0001\u0002")]
    [InlineData("From ")]
    [InlineData(":")]
    [InlineData("Content-Type: multipart/mixed; boundary=\"\"\nFrom: x\n\n--\n--\n")]
    [InlineData(
        "From: MAILER-DAEMON\nTo: x\nContent-Type: message/delivery-status\n\nStatus:\nAction:\nFinal-Recipient:;;;\nDiagnostic-Code: ;")]
    public void Rubbish_is_no_exception(string rubbish) => Assert.NotNull(explainer.Read(rubbish));

    [Fact]
    public void Octets_of_every_value_are_no_exception()
    {
        var random = new Random(7);
        byte[] octets = new byte[4096];
        for (int round = 0; round < 200; round++)
        {
            random.NextBytes(octets);
            Assert.NotNull(explainer.Read(octets));
            Assert.NotNull(
                explainer.Read((byte[])[.. Encoding.ASCII.GetBytes("From: MAILER-DAEMON\nSubject: failure notice\n\n"), .. octets]));
        }
    }

    [Theory]
    [InlineData("<")]
    [InlineData("@")]
    [InlineData("550-")]
    [InlineData("5.1.1 ")]
    [InlineData("a@b ")]
    [InlineData("\"")]
    [InlineData("<a@b>:\n")]
    [InlineData("&lt;")]
    public void Repetition_takes_time_in_proportion(string piece)
    {
        string many = string.Concat(Enumerable.Repeat(piece, 200_000 / piece.Length));
        Assert.NotNull(explainer.Read("From: MAILER-DAEMON@host.test\nSubject: failure notice\n\n" + many));
        Assert.NotNull(explainer.Read("From: MAILER-DAEMON@host.test\nSubject: failure notice\nContent-Type: text/html\n\n" + many));
        Assert.NotNull(explainer.Read(many));
    }
}

/// <summary>Codes that are reported must stand in the text.</summary>
internal static class Invented
{
    public static void Check(Report report, string text)
    {
        if (report.ReplyCode is { } code)
            Assert.Contains(code.ToString(System.Globalization.CultureInfo.InvariantCulture), text);
        if (report.EnhancedStatus is { } status)
            Assert.Contains(status.ToString(), text);
    }
}
