using System.Text;
using Gatepost.Sendmail;
using Gatepost.Smtp;
using Xunit;

namespace Gatepost.Tests.Program;

public sealed class SendmailTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void Letters_may_be_combined_and_values_may_follow_immediately_or_apart()
    {
        var options = SendmailOptions.Parse(
            ["-ti", "-fann@demo.test", "-F", "Ann A.", "-oem", "-odb", "-B8BITMIME", "-v", "bob@demo.test"]);
        Assert.Null(options.Problem);
        Assert.True(options.ReadRecipients && options.IgnoreDots);
        Assert.Equal(("ann@demo.test", "Ann A."), (options.Sender, options.FullName));
        Assert.Equal(["bob@demo.test"], options.Recipients);
    }

    [Theory]
    [InlineData("-oi")]
    [InlineData("-i")]
    public void A_dot_is_ignored_by_either_of_its_two_options(string option) => Assert.True(SendmailOptions.Parse([option]).IgnoreDots);

    [Fact]
    public void The_null_sender_may_be_written_in_brackets_or_empty()
    {
        Assert.Equal("", SendmailOptions.Parse(["-f", "<>"]).Sender);
        Assert.Equal("", SendmailOptions.Parse(["-f", ""]).Sender);
        Assert.Null(SendmailOptions.Parse([]).Sender);
    }

    [Fact]
    public void Delivery_status_options_reach_the_envelope()
    {
        var options = SendmailOptions.Parse(["-N", "success,delay", "-R", "hdrs", "-V", "id+2B1"]);
        Assert.Equal(
            (DsnNotify.Success | DsnNotify.Delay, DsnReturn.Headers, "id+2B1"), (options.Notify, options.Return, options.EnvelopeId));
    }

    [Theory]
    [InlineData("-N", "never,failure")]
    [InlineData("-N", "sometimes")]
    [InlineData("-R", "half")]
    [InlineData("-bd", "")]
    [InlineData("-k", "")]
    [InlineData("--wrong", "")]
    [InlineData("-f", null)]
    public void What_cannot_be_meant_is_a_problem_in_words(string option, string? value) =>
        Assert.NotNull(SendmailOptions.Parse(value is null ? [option] : [option, value]).Problem);

    [Fact]
    public void What_follows_two_dashes_is_a_recipient() =>
        Assert.Equal(["-f@demo.test"], SendmailOptions.Parse(["--", "-f@demo.test"]).Recipients);

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    [InlineData("\r")]
    public async Task Lines_end_with_CRLF_whatever_ended_them_before(string end)
    {
        string text = string.Join(end, "Subject: x", "  y", "To: bob@demo.test", "", "one", "", "two", "");
        Assert.Equal("Subject: x\r\n  y\r\nTo: bob@demo.test\r\n\r\none\r\n\r\ntwo\r\n", await CopyAsync(text));
    }

    [Fact]
    public async Task A_lone_dot_ends_the_message_unless_it_is_to_be_ignored()
    {
        Assert.Equal("Subject: x\r\n\r\none\r\n", await CopyAsync("Subject: x\n\none\n.\ntwo\n"));
        Assert.Equal("Subject: x\r\n\r\none\r\n.\r\ntwo\r\n", await CopyAsync("Subject: x\n\none\n.\ntwo\n", ignoreDots: true));
    }

    [Fact]
    public async Task Bcc_does_not_leave_this_machine_and_is_still_written_to()
    {
        var message = await ReadAsync(
            "To: \"Bee, B\" <b@demo.test>, friends: c@demo.test, d@demo.test;\nBcc: secret@demo.test,\n  other@demo.test\nX: y\n\nbody\n");
        Assert.Equal(
            ["b@demo.test", "c@demo.test", "d@demo.test", "secret@demo.test", "other@demo.test"], message.Recipients(out var problem));
        Assert.Null(problem);
        Assert.DoesNotContain("secret", await CopyAsync(message));
        Assert.DoesNotContain("other", await CopyAsync("Bcc: secret@demo.test,\n  other@demo.test\nX: y\n\nbody\n"));
    }

    [Fact]
    public async Task A_message_sent_again_goes_to_its_new_recipients_only()
    {
        const string Text = "Resent-To: a@far.test\nResent-Bcc: secret@far.test\nTo: old@else.test\nBcc: older@else.test\n\nbody\n";
        var message = await ReadAsync(Text);

        Assert.Equal(["a@far.test", "secret@far.test"], message.Recipients(out var problem));
        Assert.Null(problem);
        Assert.DoesNotContain("secret", await CopyAsync(message));
    }

    [Fact]
    public async Task A_message_without_header_gets_an_empty_line_before_its_body() =>
        Assert.Equal("\r\nhello there\r\n", await CopyAsync("hello there"));

    [Fact]
    public async Task The_mbox_line_that_some_programs_write_first_is_left_out() =>
        Assert.Equal("Subject: x\r\n\r\nbody\r\n", await CopyAsync("From ann Tue Nov 24 06:00:00 2026\nSubject: x\n\nbody\n"));

    [Fact]
    public async Task A_header_without_end_is_refused_instead_of_filling_memory() =>
        await Assert.ThrowsAsync<UnusableMessageException>(() =>
            ReadAsync(string.Concat(Enumerable.Repeat("X: " + new string('x', 1000) + "\n", 1100))));

    [Fact]
    public async Task A_line_without_end_is_refused_instead_of_filling_memory() =>
        await Assert.ThrowsAsync<UnusableMessageException>(() => CopyAsync("Subject: x\n\n" + new string('x', 2 << 20)));

    private static Task<MessageInput> ReadAsync(string text, bool ignoreDots = false) =>
        MessageInput.ReadAsync(new MemoryStream(Encoding.UTF8.GetBytes(text)), ignoreDots, Cancel);

    private static async Task<string> CopyAsync(string text, bool ignoreDots = false) => await CopyAsync(await ReadAsync(text, ignoreDots));

    private static async Task<string> CopyAsync(MessageInput message)
    {
        var copy = new MemoryStream();
        await message.WriteAsync(copy, "", Cancel);
        return Encoding.UTF8.GetString(copy.ToArray());
    }
}
