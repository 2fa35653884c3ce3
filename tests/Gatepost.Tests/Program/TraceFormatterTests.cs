using System.Net;
using Gatepost.Commands;
using Gatepost.Replies;
using Gatepost.Replies.Catalogue;
using Gatepost.Smtp;
using Gatepost.Web.Control;
using Xunit;

namespace Gatepost.Tests.Program;

public sealed class TraceFormatterTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private long position;

    [Fact]
    public void A_refusal_is_reported_as_command_then_why_then_reply_then_what_to_do()
    {
        string[] told = Print(Language.English,
            Event(JournalKind.Verdict) with
            {
                Session = "S-1",
                Rule = "recipient-unknown",
                VerdictId = "G-ABC",
                Detail = Finding.Read("demo.test has no such mailbox"),
                Code = 550,
                Facts = [OurFacts.Domain.Is("demo.test")]
            },
            Event(JournalKind.Reply) with
            {
                Session = "S-1",
                Command = "RCPT TO:<x@demo.test>",
                Entry = "recipient-unknown",
                Code = 550,
                Status = "5.1.1",
                Text = "<x@demo.test>: Recipient address rejected"
            });
        int command = Line(told, "RCPT TO:<x@demo.test>"),
            why = Line(told, "demo.test has no such mailbox (rule recipient-unknown, G-ABC)");
        int fact = Line(told, "- domain: demo.test"), reply = Line(told, "550 5.1.1"), meaning = Line(told, "Meaning:"),
            step = Line(told, "Sender:");
        Assert.True(command < why && why < fact && fact < reply && reply < meaning && meaning < step, string.Join('\n', told));
    }

    [Fact]
    public void The_same_story_is_reported_in_Russian() =>
        Assert.Contains(
            Print(
                Language.Russian, Event(JournalKind.Reply) with
                {
                    Session = "S-1",
                    Command = "RCPT TO:<x@demo.test>",
                    Entry = "recipient-unknown",
                    Code = 550,
                    Status = "5.1.1",
                    Text = "no"
                }),
            line => line.Contains("Что это значит:", StringComparison.Ordinal));

    [Fact]
    public void Sessions_that_ran_side_by_side_are_reported_one_after_the_other()
    {
        string[] told = Print(Language.English,
            Event(JournalKind.Connected) with { Session = "S-1", Detail = Finding.Read("one begins") },
            Event(JournalKind.Connected) with
            {
                Session = "A-2",
                Outbound = true,
                PeerName = "mx.partner.test",
                Detail = Finding.Read("two begins")
            },
            Event(JournalKind.Closed) with
            {
                Session = "S-1",
                PeerName = "client.test",
                Peer = IPAddress.Parse("192.0.2.1"),
                Detail = Finding.Read("one ends")
            });
        Assert.Equal(
            ["Session S-1 from client.test [192.0.2.1]", "one begins", "one ends", "Attempt A-2 to mx.partner.test", "two begins"],
            told.Where(line => line.Contains("begins") || line.Contains("ends") || !line.StartsWith(' '))
                .Where(line => line.Length > 0 && !line.StartsWith("2026")).Select(line => line.Trim().Split("  ")[^1]));
    }

    [Fact]
    public void What_an_unknown_client_said_cannot_move_the_cursor_or_turn_the_text_around()
    {
        string told = string.Join('\n', Print(Language.English,
            Event(JournalKind.Reply) with
            {
                Session = "A-1",
                Outbound = true,
                PeerName = "evil\u001b[2J.test",
                Command = "EHLO us",
                Code = 550,
                Text = "gone\u001b]0;title\u0007\u202etxt.exe",
                Entry = "550"
            },
            Event(JournalKind.Deferred) with
            {
                Session = "A-1",
                Outbound = true,
                Recipient = "a\u009b@b.test",
                Detail = Finding.Read("\u001b[1A")
            }));
        Assert.DoesNotContain(told, character => character != '\n'
            && (char.IsControl(character) || char.GetUnicodeCategory(character) == System.Globalization.UnicodeCategory.Format));
        Assert.Contains("gone?]0;title??txt.exe", told);
    }

    [Fact]
    public void A_reply_that_repeats_is_explained_once_in_a_conversation()
    {
        var deferral =
            Event(JournalKind.Deferred) with
            {
                Session = "A-1",
                Outbound = true,
                Entry = "connection-refused",
                Code = 111,
                Status = "4.4.1",
                Text = "Connection refused"
            };
        string[] told = Print(Language.English, deferral with { Recipient = "a@b.test" }, deferral with { Recipient = "c@b.test" });
        Assert.Single(told, line => line.Contains("Meaning:", StringComparison.Ordinal));
        Assert.Equal(2, told.Count(line => line.Contains("waits", StringComparison.Ordinal)));
    }

    [Fact]
    public void What_passed_is_reported_rule_by_rule_and_the_silent_ones_only_where_asked_for()
    {
        var client = IPAddress.Parse("192.0.2.7");
        Fact[] facts =
        [
            OurFacts.Rule.Is("reverse-name-missing", OurEvidence.NoReverseName.Say(client)),
            OurFacts.Ptr.Is(client, OurEvidence.Quoted.Say("none")),
            OurFacts.Rule.Is("recipient-unknown", OurEvidence.AddressFound.Say()),
            OurFacts.NoObjection.Is(["relay-denied"]),
        ];
        var passed = Event(
            JournalKind.Verdict) with
        { Session = "S1", Rule = "recipient-unknown", Detail = Finding.Read("address found"), Facts = facts };
        var reply = Event(JournalKind.Reply) with { Session = "S1", Command = "RCPT TO:<ann@host.example>", Code = 250, Text = "Ok" };

        string[] told = Print(Language.English, passed, reply);
        int first = Line(told, "passed  reverse-name-missing: 192.0.2.7 has no reverse name; PTR of 192.0.2.7 none");
        Assert.Equal("recipient-unknown: address found", told[first + 1].Trim());
        Assert.DoesNotContain(told, line => line.Contains("relay-denied", StringComparison.Ordinal));

        Line(Print(Language.Russian, passed, reply), "reverse-name-missing: у 192.0.2.7 нет обратного имени; PTR для 192.0.2.7");
        Line(Print(Language.English, verbose: true, passed, reply), "no objection: relay-denied");
    }

    private JournalEvent Event(JournalKind kind) => new() { Position = ++position, Kind = kind, At = Noon.AddSeconds(position) };

    private static int Line(string[] told, string text)
    {
        int at = Array.FindIndex(told, line => line.Contains(text, StringComparison.Ordinal));
        Assert.True(at >= 0, $"\"{text}\" is nowhere in\n{string.Join('\n', told)}");
        return at;
    }

    private static string[] Print(Language language, params JournalEvent[] events) => Print(language, verbose: false, events);

    private static string[] Print(Language language, bool verbose, params JournalEvent[] events)
    {
        var output = new StringWriter();
        var formatter = new TraceFormatter(
            new Terminal(output, isTerminal: false), new ReplyExplainer(ReplyDatabase.BuiltIn, language), verbose);
        foreach (var happened in events)
            formatter.Add(happened);
        formatter.Close();
        return output.ToString().ReplaceLineEndings("\n").Split('\n');
    }
}
