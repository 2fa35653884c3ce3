using System.Net;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gatepost.Replies;
using Gatepost.Smtp;
using Gatepost.Web.Control;
using Xunit;

namespace Gatepost.Tests.Program;

/// <summary>The JSON of <c>trace --json</c> and of the control socket, which other people's programs read.</summary>
public sealed class JournalJsonTests
{
    private static readonly JournalEvent Whole = new()
    {
        Position = 7,
        Kind = JournalKind.QueueChanged,
        At = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero),
        Session = "A-1",
        QueueId = "35BGGDR8MWA9",
        Outbound = true,
        Peer = IPAddress.Parse("2001:db8::1"),
        PeerName = "mx.partner.test",
        Stage = Stage.RcptTo,
        Command = "RCPT TO:<b@partner.test>",
        Entry = "mailbox-unknown",
        Code = 550,
        Status = "5.1.1",
        Text = "no",
        Sender = "",
        Recipient = "b@partner.test",
        Rule = "a-rule",
        VerdictId = "G-ABC",
        Facts = [OurFacts.Domain.Is("demo.test")],
        NextAttempt = new DateTimeOffset(2026, 3, 1, 13, 0, 0, TimeSpan.Zero),
        Size = 100,
        Detail = OurEvidence.HeldByAdmin.Say(),
    };

    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Fact]
    public void Every_field_has_its_name_and_absent_ones_are_left_out()
    {
        string[] expected =
        [
            """{"position":7,"kind":"queueChanged","at":"2026-03-01T12:00:00+00:00","session":"A-1","queueId":"35BGGDR8MWA9" """,
            """ "outbound":true,"peer":"2001:db8::1","peerName":"mx.partner.test","stage":"RCPT","command":"RCPT TO:<b@partner.test>" """,
            """ "entry":"mailbox-unknown","code":550,"status":"5.1.1","text":"no","sender":"","recipient":"b@partner.test" """,
            """ "rule":"a-rule","verdict":"G-ABC","facts":[],"nextAttempt":"2026-03-01T13:00:00+00:00","size":100,"detail":{} """,
            """ "reason":"mailbox-unknown","meaning":"There is none."}""",
        ];
        Assert.Equal(
            string.Join(',', expected.Select(part => part.Trim())),
            WithoutEvidence(Line(Whole, "mailbox-unknown", "There is none.")));
        Assert.Equal(
            """{"position":0,"kind":"closed","at":"2026-03-01T12:00:00+00:00","outbound":false}""",
            Line(new JournalEvent { Kind = JournalKind.Closed, At = Whole.At }, null, null));
    }

    [Fact]
    public void What_is_written_is_read_again()
    {
        var read = JsonSerializer.Deserialize(
            JsonSerializer.Serialize(Whole, ControlJson.Lines.JournalEvent), ControlJson.Lines.JournalEvent)!;

        Assert.Equal(Whole.Facts, read.Facts);
        Assert.Equal(Whole with { Facts = [] }, read with { Facts = [] });
    }

    [Fact]
    public void A_reply_that_was_said_is_written_by_its_words()
    {
        var said = new JournalEvent { Kind = JournalKind.Reply, At = Whole.At, Reply = ProtocolReplies.Ok.Say() };

        Assert.Equal(("ok", 250, "2.0.0", "Ok"), (said.Entry, said.Code, said.Status, said.Text));
        Assert.Contains("\"entry\":\"ok\",\"code\":250,\"status\":\"2.0.0\",\"text\":\"Ok\"", Line(said, null, null));
    }

    private static string Line(JournalEvent happened, string? reason, string? meaning)
    {
        using var octets = new MemoryStream();
        using (var json = new Utf8JsonWriter(octets, new JsonWriterOptions { Encoder = SafeJson.Encoder }))
            JournalJson.Write(json, happened, reason, meaning, []);
        return Encoding.UTF8.GetString(octets.ToArray());
    }

    /// <summary>What a fact and a finding look like is EvidenceJson's.</summary>
    private static string WithoutEvidence(string line)
    {
        var json = JsonNode.Parse(line)!;
        Assert.Equal("domain", (string?)json["facts"]![0]!["key"]);
        Assert.Equal("held-by-admin", (string?)json["detail"]!["entry"]);
        json["facts"] = new JsonArray();
        json["detail"] = new JsonObject();
        return json.ToJsonString(Relaxed);
    }
}
