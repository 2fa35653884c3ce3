using Gatepost.EndToEnd.Harness;
using Xunit;

namespace Gatepost.EndToEnd.Verbs;

/// <summary>The verbs compiled to machine code say what the program says: code that the compiler left out is missed only at run time.</summary>
public sealed class MachineCodeTests
{
    private static readonly string Native = Path.Combine(Component.Repository, "artifacts", "native-test", "gatepost-native");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("explain", "550 5.1.1 <ann@example.org>: Recipient address rejected: User unknown in virtual mailbox table")]
    [InlineData("explain", "--lang", "ru", "421-4.7.28 [192.0.2.7] Our system has detected an unusual rate of unsolicited mail")]
    [InlineData("explain", "--json", "452 4.2.2 mailbox full")]
    [InlineData("explain", "hello world")]
    [InlineData("explain", "--no-such-option")]
    [InlineData("no-such-verb")]
    [InlineData("--help")]
    [InlineData("queue", "--help")]
    [InlineData("version")]
    [InlineData("manual", "configuration")]
    [InlineData("config", "check", "--config", "/no/such/file.toml")]
    public async Task A_verb_says_the_same(params string[] arguments)
    {
        Component.NeedsBuilt(Native);
        var expected = await ChildProcess.RunAsync(
            "dotnet", [Path.Combine(AppContext.BaseDirectory, "gatepost.dll"), .. arguments], Cancel);
        var native = await ChildProcess.RunAsync(Native, arguments, Cancel);
        Assert.NotEqual("", expected.Output + expected.Errors);
        // The program is named after its file in the usage line.
        Assert.Equal(expected.ToString(), native.ToString().Replace("gatepost-native", "gatepost", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_bounce_and_a_log_are_read_the_same()
    {
        Component.NeedsBuilt(Native);
        using var scratch = new ScratchFolder();
        await File.WriteAllTextAsync(scratch["mail.log"], """
            Mar  3 10:00:01 mx1 postfix/smtp[812]: 3F2A91: to=<bob@example.net>, relay=mx.example.net[192.0.2.9]:25, delay=2.1, delays=0.1/0/1/1, dsn=5.2.2, status=bounced (host mx.example.net[192.0.2.9] said: 552 5.2.2 Mailbox full (in reply to RCPT TO command))
            Mar  3 10:00:05 mx1 postfix/smtp[813]: 3F2A92: to=<eve@example.com>, relay=none, delay=31, delays=0.1/0/30/0, dsn=4.4.1, status=deferred (connect to mx.example.com[192.0.2.8]:25: Connection timed out)
            """, Cancel);
        foreach (string form in new[] { "--json", "--brief", "--summary" })
        {
            string[] arguments = ["explain", form, scratch["mail.log"]];
            var expected = await ChildProcess.RunAsync(
                "dotnet", [Path.Combine(AppContext.BaseDirectory, "gatepost.dll"), .. arguments], Cancel);
            var native = await ChildProcess.RunAsync(Native, arguments, Cancel);
            Assert.Contains("example.net", expected.Output, StringComparison.Ordinal);
            Assert.Equal(expected.ToString(), native.ToString());
        }
    }
}
