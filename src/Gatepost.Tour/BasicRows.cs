using System.Globalization;
using Gatepost.Policy;
using Gatepost.Smtp;
using Gatepost.Smtp.Server;
using static Gatepost.Tour.TourScript;

namespace Gatepost.Tour;

/// <summary>B03 to B41: the basic replies that the server gives itself.</summary>
internal static class BasicRows
{
    public static IEnumerable<TourScenario> All =>
    [
        Plain("B03", ["HELP"], "211 2.0.0 Commands: ") with { Server = options => options with { HelpIsStatus = true } },
        Plain("B04", ["HELP"], "214 2.0.0 Commands: "),
        Plain("B05", [], "220 mx.host.example ESMTP"),
        Plain("B06", [Ehlo, "QUIT"], "221 2.0.0 Bye"),
        Plain("B07", Message, "250 2.0.0 Ok: queued as "),
        Plain("B08", [Ehlo, Mail, "RCPT TO:<forward@host.example>"], "250 2.1.5 Ok") with { Case = "a" },
        Plain(
            "B08", [Ehlo, Mail, "RCPT TO:<forward@host.example>"],
            "251 2.1.5 User not local; will forward to <someone@partner.example>") with { Case = "b", Policy = options =>
                options with { DiscloseForward = true } },
        Plain("B09", [Ehlo, "VRFY ann@host.example"], "252 2.0.0 "),
        Plain("B10", [Ehlo, Mail, "RCPT TO:<ann@host.example>", "DATA"], "354 "),
        Plain("B12", [], "421 4.7.0 mx.host.example Error: too many connections from 127.0.0.2") with { Holds = 1, Server = options =>
            options with { MaxConnectionsPerClient = 1 } },
        Plain("B14", [Ehlo, Mail], "452 4.3.1 Insufficient system storage", "store-full") with { DiskFull = true },
        Plain(
            "B18", [
                Ehlo, Mail, "RCPT TO:<ann@host.example>", "DATA", .. Enumerable.Range(0, 101)
                .Select(i => string.Create(CultureInfo.InvariantCulture, $"> Received: from a{i}.example by b.example")), "> ", "> ."],
                "554 5.4.6 Too many hops (101 Received fields)", "too-many-hops"),
        Plain(
            "B21", [Ehlo, Mail, "RCPT TO:<ann@host.example>"],
            "450 4.2.0 <ann@host.example>: Recipient address rejected: Greylisted, come back in ",
            "greylisted") with { Policy = On("greylisted") },
        Plain("B22", [Ehlo, Mail, "RCPT TO:<broken@host.example>"], "451 4.3.5 Server configuration problem - try again later",
            "configuration-problem"),
        Login("B23", "", [Ann, AnnMail, .. Enumerable.Range(1, 51).Select(i => $"RCPT TO:<bob+{i}@host.example>")], "too-many-recipients",
            "452 4.5.3 Error: too many recipients"),
        Plain("B25", [Ehlo, "FOO"], "500 5.5.2 Error: command not recognized"),
        Plain("B26", [Ehlo, "MAIL FROM:<a@@b>"], "501 5.1.7 <a@@b>: ", "bad-sender-address"),
        Plain("B27", [Ehlo, "TURN"], "502 5.5.1 Error: command not implemented"),
        Plain("B28", [Ehlo, "RCPT TO:<ann@host.example>"], "503 5.5.1 Error: "),
        Plain("B29", [Ehlo, "AUTH FOO"], "504 5.5.4 ") with { Role = ListenerRole.Submission },
        Login("B32", "", [Ann, AnnMail, "RCPT TO:<x@nowhere.example>"], "recipient-domain-unknown",
            "550 5.1.2 <x@nowhere.example>: Recipient address rejected: Domain not found"),
        Plain("B33", [Ehlo, Mail, "RCPT TO:<joe@example..com>"], "501 5.1.3 <joe@example..com>: ", "bad-recipient-address"),
        Plain("B34", [Ehlo, "MAIL FROM:<ann@partner.example> SIZE=999999999"], "552 5.3.4 ", "message-too-big"),
        Plain("B35", [Ehlo, AnnMail], "530 5.7.0 Authentication required", "authentication-required") with { Role = ListenerRole.Submission,
            Policy = options => options with { WithoutLogin = WithoutLogin.RefuseSender } },
        Plain("B37", [Ehlo, Mail, "RCPT TO:<nobody@host.example>"], "550 5.1.1 <nobody@host.example>: ", "recipient-unknown"),
        Plain("B38", [Ehlo, Mail, "RCPT TO:<moved@host.example>"], "551 5.1.6 User not local; please try <moved@partner.example>",
            "recipient-moved"),
        Plain(
            "B39", [Ehlo, Mail, "RCPT TO:<ann@host.example>", "DATA", "> Subject: large", "> ", .. Enumerable.Repeat(LongLine, 80), "> ."],
            "552 5.3.4 ", "message-too-big") with { Case = "b", Server = options => options with { Listeners =
                [options.Listeners[0] with { Limits = new SessionLimits { MaxMessage = 65536 } }] } },
        Plain("B40", [Ehlo, Mail, "RCPT TO:<анна@host.example>"], "553 5.6.7 ", "address-needs-smtputf8") with { Case = "b" },
        Plain("B41", [Ehlo, Mail, "RCPT TO:<nobody@host.example>", "DATA"], "554 5.5.1 Error: no valid recipients", "no-valid-recipients"),
    ];

    private static readonly string LongLine = "> " + new string('x', 900);

    private static TourScenario Plain(string row, IReadOnlyList<string> says, string reply, string? rule = null) => new()
    {
        Row = row,
        Says = says,
        Classic = reply,
        Rule = rule,
    };
}
