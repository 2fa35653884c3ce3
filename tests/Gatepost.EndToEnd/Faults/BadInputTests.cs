using System.Text;
using System.Text.RegularExpressions;
using Gatepost.EndToEnd.Harness;
using Xunit;

namespace Gatepost.EndToEnd.Errors;

/// <summary>
/// Arguments no decent client sends, in every place where a command takes one. Each gets one clear reply and the session goes on;
/// afterwards neither log nor trace, page or header field holds anything that could paint, forge a line or turn the writing.
/// </summary>
public sealed partial class BadInputTests(BadInputTests.Victim victim) : IClassFixture<BadInputTests.Victim>
{
    /// <summary>Fewer than what ends a session that only talks.</summary>
    private const int PerSession = 25;

    private const string Syntax = "501 5.1.3 ", Relay = "554 5.7.1 ", Unknown = "550 5.1.1 ",
        Control = "500 5.5.2 Error: control character", Path = "501 5.5.4 Syntax: RCPT TO:<address>";

    /// <summary>What is put between &lt; and &gt;, one character an octet, and how its reply to RCPT must begin.</summary>
    private static readonly (string Octets, string Reply)[] Forms =
    [
        // Over-long.
        (new string('a', 65) + "@demo.test", Unknown),
        (new string('a', 400) + "@demo.test", Syntax),
        ("a@" + new string('b', 64) + ".test", Syntax),
        ("a@" + string.Join('.', Enumerable.Repeat(new string('b', 60), 5)) + ".test", Syntax),
        (new string('a', 3000) + "@demo.test", "500 5.5.2 Error: command line longer than 2048 octets"),
        // 8-bit: Latin-1, UTF-8 without SMTPUTF8, and octets that are no UTF-8 at all.
        ("j\u00fcrgen@demo.test", Syntax),
        (Utf8("j\u00fcrgen@demo.test"), "553 5.6.7 "),
        (Utf8("ann@d\u00ebmo.test"), "553 5.6.7 "),
        ("a\u00c0\u00af@demo.test", Syntax),
        ("a\u00ed\u00a0\u0080@demo.test", Syntax),
        (Utf8("a\u202eb@demo.test"), Syntax),
        (Utf8("a\u2066b@demo.test"), Syntax),
        (Utf8("a\u2028b@demo.test"), Syntax),
        (Utf8("a\u0085b@demo.test"), Syntax),
        (Utf8("a\u009b31mb@demo.test"), Syntax),
        // Control characters.
        ("a\0b@demo.test", Control),
        ("a\u001b[2Jb@demo.test", Control),
        ("a\u0007b@demo.test", Control),
        ("a\u007fb@demo.test", Control),
        ("a\tb@demo.test", Control),
        ("a\rb@demo.test", Control),
        ("\"a\u001bb\"@demo.test", Control),
        // Braces and what other programs read as a place to fill in.
        ("{ann}@demo.test", Unknown),
        ("{0}@demo.test", Unknown),
        ("{recipient}{client}@demo.test", Unknown),
        ("%s%n%x@demo.test", Unknown),
        ("${jndi:ldap://x.test/a}@demo.test", Syntax),
        ("`id`@demo.test", Unknown),
        ("a;b@demo.test", Syntax),
        ("x'or'1'='1@demo.test", Unknown),
        // Quotes and brackets.
        ("\"ann\"@demo.test", "250 2.1.5 "),
        ("\"a\\\"b\"@demo.test", Unknown),
        ("\"<img src=x>\"@demo.test", Unknown),
        ("\"\"@demo.test", Unknown),
        ("\"ann@demo.test", Path),
        ("<script>x</script>@demo.test", Path),
        ("ann(comment)@demo.test", Syntax),
        ("g:ann@demo.test;", Syntax),
        // Address literals.
        ("a@[IPv6:::1]", Relay),
        ("a@[127.0.0.9]", Relay),
        ("a@[::1]", Syntax),
        ("a@[IPv6:zz::]", Syntax),
        ("a@[IPv6:fe80::1%lo]", Syntax),
        ("a@[IPv6:" + string.Concat(Enumerable.Repeat("1:", 100)) + "]", Syntax),
        ("a@[999.1.1.1]", Syntax),
        ("a@[127.0.0.1", Syntax),
        ("a@[what:ever]", Syntax),
        // The %-hack, bang paths, source routes.
        ("x%foreign.test@demo.test", Unknown),
        ("foreign.test!x", "450 4.7.1 "),
        ("@demo.test:x@foreign.test", Relay),
        ("@a.test,@[127.0.0.1]:ann@demo.test", "250 2.1.5 "),
        ("@:ann@demo.test", "450 4.7.1 "),
        ("@a.test,:ann@demo.test", "450 4.7.1 "),
        ("@a b:ann@demo.test", "450 4.7.1 "),
        (string.Concat(Enumerable.Repeat("@a.test,", 100)) + "@b.test:x@foreign.test", Relay),
        // Hardly an address.
        ("", Syntax),
        ("@", "450 4.7.1 "),
        ("@demo.test", "450 4.7.1 "),
        ("ann", "450 4.7.1 "),
        ("ann@", "450 4.7.1 "),
        ("a@b@demo.test", Syntax),
        ("a..b@demo.test", Unknown),
        (".a@demo.test", Unknown),
        ("a.@demo.test", Unknown),
        ("a@demo..test", Syntax),
        ("a@-demo.test", Syntax),
        (" ann@demo.test", Syntax),
        ("ann @demo.test", Syntax),
        ("ann@demo.test.", Syntax),
    ];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private GatepostServer Server => victim.Server;

    [Fact]
    public async Task Each_bad_recipient_gets_its_own_reply()
    {
        await EachAsync("MAIL FROM:<s@client.test>", form => $"RCPT TO:<{form.Octets}>", (form, reply) =>
            Assert.True(
                reply.StartsWith(form.Reply, StringComparison.Ordinal), $"expected {form.Reply} for {Shown(form.Octets)}, got {reply}"));
    }

    [Theory]
    [InlineData(null, "MAIL FROM:<", ">")]
    [InlineData(null, "MAIL FROM:<", "> SMTPUTF8")]
    [InlineData("MAIL FROM:<> SMTPUTF8", "RCPT TO:<", ">")]
    [InlineData("MAIL FROM:<s@client.test>", "RCPT TO:", "")]
    [InlineData("MAIL FROM:<s@client.test>", "RCPT TO:<ann@demo.test> ORCPT=rfc822;", "")]
    [InlineData("MAIL FROM:<s@client.test>", "RCPT TO:<ann@demo.test> NOTIFY=", "")]
    [InlineData(null, "MAIL FROM:<s@client.test> ENVID=", "")]
    [InlineData(null, "MAIL FROM:<s@client.test> AUTH=", "")]
    [InlineData(null, "MAIL FROM:<s@client.test> SIZE=", "")]
    [InlineData(null, "MAIL FROM:<s@client.test> ", "=1")]
    [InlineData(null, "HELO ", "")]
    [InlineData(null, "EHLO ", "")]
    [InlineData(null, "VRFY ", "")]
    [InlineData(null, "EXPN ", "")]
    [InlineData(null, "ETRN ", "")]
    [InlineData(null, "HELP ", "")]
    [InlineData(null, "NOOP ", "")]
    [InlineData(null, "AUTH ", "")]
    [InlineData(null, "XCLIENT NAME=", "")]
    [InlineData(null, "X", "")]
    public Task Whatever_is_in_a_command_gets_one_clear_reply(string? first, string before, string after) =>
        EachAsync(first, form => before + form.Octets + after, (_, reply) => Assert.Matches("^[245]", reply));

    [Fact]
    public async Task What_was_said_paints_nothing_where_people_read_it()
    {
        foreach (
            var (first, before, after) in new[] { (null, "EHLO ", ""), ("EHLO x(y", "MAIL FROM:<", "> SMTPUTF8"),
                ("MAIL FROM:<> SMTPUTF8", "RCPT TO:<", ">"), (null, "MAIL FROM:<s@client.test> ENVID=", ""), (null, "", "") })
            await EachAsync(first, form => before + form.Octets + after, (_, _) => { });

        await NothingPaintsAsync();
    }

    [Fact]
    public async Task A_login_name_of_any_octets_is_refused_in_words_and_never_painted()
    {
        string[] names = [.. Forms.Select(form => form.Octets).Where(octets => octets.Length is > 0 and < 600)];
        foreach (string name in names)
        {
            // A connection each: guessing is slowed, and what is tested here is the name.
            await using var client = await SmtpSocket.GreetedAsync(Server.Setup.Submission, Cancel);
            await client.StartTlsAsync(Cancel);
            await client.AskAsync("EHLO client.test", "250", Cancel);
            byte[] plain = Encoding.Latin1.GetBytes($"\0{name}\0not the password");
            await client.SendAsync($"AUTH PLAIN {Convert.ToBase64String(plain)}\r\n", Cancel);
            Judge(await client.ReadReplyAsync(Cancel), "AUTH", name, utf8: false);
        }

        await NothingPaintsAsync();
    }

    [Fact]
    public async Task A_hello_that_would_forge_a_trace_field_stays_one_word_of_it()
    {
        string mark = $"forged-{Guid.NewGuid():N}";
        int taken = 0;
        foreach (
            string hello in new[] { "x)(by", "a;b", "<script>", "\"q", "a\\", "a\\)(", "{0}", "[127.0.0.1])", "x@y,z", Utf8("a\u202eb"),
                "a\u001b[2J" })
        {
            await using var client = await SmtpSocket.ConnectAsync(Server.Setup.Mx, Cancel);
            await client.ExpectAsync("220", Cancel);
            await client.SendAsync($"EHLO {hello}\r\n", Cancel);
            if ((await client.ReadReplyAsync(Cancel))![0] != '2')
                continue;
            await client.SendMessageAsync("s@client.test", "ann@demo.test", SampleMessage.Small($"{mark}-{taken}"), Cancel);
            byte[] received = await Server.ReceivedAsync("ann", $"{mark}-{taken++}", Cancel);
            string field = ReceivedField().Match(Encoding.Latin1.GetString(received)).Value;
            Assert.Matches(@"^Received: from [A-Za-z0-9.\-_:\[\]?]+ \([^()]*\)\r?\n", field);
            Assert.Equal(1, field.Count(letter => letter == ';'));
        }

        Assert.True(taken > 3, "every one of them was refused: the field is not tested");
    }

    [Fact]
    public async Task A_command_line_full_of_escapes_is_reported_back_without_them()
    {
        foreach (string[] verb in new[]
        {
            new[] { "trace", "a\u001b[2Jb" },
            ["queue", "show", "a\u001b[2Jb\u202e"],
            ["account", "show", "a\u001b[2J\u202eb@demo.test"],
            ["block", "add", "sender", "\u001b]0;owned\u0007@demo.test", "--reason", "x\u001b[31m"],
            ["would-accept", "--ip", "127.0.0.9", "--helo", "x", "--from", "a\u202e\u001b[2J@client.test", "--to", "ann\u0007@demo.test"],
            ["nonsense\u001b[2J\u202e"],
            ["queue", "list", "--sender\u001b[2J"],
        })
        {
            var told = await Server.RunAsync(Cancel, verb);
            Assert.NotEqual("", told.Output + told.Errors);
            HasNoPaint(told.Output + told.Errors, string.Join(' ', verb.Take(2)));
        }
    }

    private async Task EachAsync(
        string? first, Func<(string Octets, string Reply), string> command, Action<(string Octets, string Reply), string> expected)
    {
        foreach (var some in Forms.Chunk(PerSession))
        {
            await using var client = await Server.ClientAsync(Cancel);
            foreach (var form in some)
            {
                if (first is not null)
                    await client.AskAsync(first, "250", Cancel);
                string line = command(form);
                await client.SendAsync(line + "\r\n", Cancel);
                string reply =
                    Judge(await client.ReadReplyAsync(Cancel), line[..Math.Min(line.Length, 12)], form.Octets,
                        utf8: first?.Contains("SMTPUTF8", StringComparison.Ordinal) == true);
                expected(form, reply);
                // One reply a command, no more: the next one heard must be RSET's.
                await client.AskAsync("RSET", "250 2.0.0", Cancel);
            }
        }

        Assert.False(Server.Process.HasExited, Server.Said);
    }

    /// <summary>
    /// Lines of at most 512 octets, one code, its enhanced status, no control character, and no octet above 127 nobody asked for.
    /// </summary>
    private static string Judge(string? reply, string command, string form, bool utf8)
    {
        string about = $"{command} with {Shown(form)}: {reply}";
        Assert.True(reply is not null, about);
        foreach (string line in reply.Split('\n'))
        {
            Assert.True(Encoding.UTF8.GetByteCount(line) <= 510, about);
            Assert.True(line[..3] == reply[..3], about);
            Assert.True(reply[0] == '2' || Regex.IsMatch(line, $@"^[45]\d\d[ -]{reply[0]}\.\d{{1,3}}\.\d{{1,3}} \S"), about);
            Assert.True(utf8 || Ascii.IsValid(line), about);
            HasNoPaint(line, about);
        }

        return reply;
    }

    private async Task NothingPaintsAsync()
    {
        HasNoPaint(Server.Said, "log");
        foreach (string[] verb in new[] { new[] { "trace", "127.0.0.1", "--verbose" }, ["trace", "127.0.0.1", "--json"] })
        {
            var told = await Server.RunAsync(Cancel, verb);
            Assert.Equal(0, told.ExitCode);
            HasNoPaint(told.Output, string.Join(' ', verb));
        }

        using var http = new HttpClient();
        HasNoPaint(await http.GetStringAsync(new Uri($"http://127.0.0.1:{Server.Setup.Http}/metrics"), Cancel), "/metrics");
    }

    private static void HasNoPaint(string text, string where)
    {
        var found = Paint().Match(text);
        Assert.False(
            found.Success, $"{where}: {(found.Success ? Shown(text[Math.Max(0, found.Index - 80)..Math.Min(text.Length, found.Index + 20)]) : "")}");
    }

    private static string Utf8(string text) => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text));

    private static string Shown(string text) =>
        string.Concat(text.Take(120).Select(letter => letter is >= ' ' and <= '~' ? letter.ToString() : $"\\u{(int)letter:x4}"));

    /// <summary>
    /// Controls of both halves save the line feed and our own tab, separators, direction marks, and what stands for octets that were no
    /// UTF-8.
    /// </summary>
    [GeneratedRegex(@"[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffd]")]
    private static partial Regex Paint();

    [GeneratedRegex(@"^Received:.*\r?\n([ \t].*\r?\n)*", RegexOptions.Multiline)]
    private static partial Regex ReceivedField();

    /// <summary>A server that hears a thousand mistakes before it hangs up, so that each is answered, and knows no DNS.</summary>
    public sealed class Victim : IAsyncLifetime
    {
        public GatepostServer Server { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Server = await GatepostServer.StartAsync(CancellationToken.None, new()
        {
            InternalTrusts = "127.0.0.9/32",
            Sections = $"""
                [dns]
                servers = ["127.0.0.1:{Loopback.FreePort()}"]
                timeout = "100ms"

                [limits]
                connections-per-address = 1000
                errors = 1000
                refusals = 1000

                [policy]
                failed-logins-per-address = 1000

                [[rule]]
                name = "sender-domain-not-found"
                mode = "off"

                [[rule]]
                name = "hello-malformed"
                mode = "off"
                """,
        });

        public ValueTask DisposeAsync() => Server.DisposeAsync();
    }
}
