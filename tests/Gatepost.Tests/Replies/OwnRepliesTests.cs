using System.Text;
using System.Text.RegularExpressions;
using Gatepost.Replies;
using Gatepost.Replies.Catalogue;
using Xunit;

namespace Gatepost.Tests.Replies;

/// <summary>
/// Closing the circle: whatever our server says, whatever stands in its placeholders, is read back to the entry that said it.
/// </summary>
public sealed partial class OwnRepliesTests
{
    /// <summary>Values as hostile as a client can make them: other replies, codes, controls, endless ones.</summary>
    private static readonly string[] Hostile =
    [
        "ann@host.example",
        "550 5.1.1 User unknown",
        "x>: Recipient address rejected: User unknown in virtual alias table",
        "421 4.7.0 too many errors; mailbox is full",
        "a\r\n250 2.0.0 Ok\r\n",
        "{recipient} %s %n \\ \" ' <>",
        "\u001b[2J\u0007\0\u202Etxt",
        "über-ящик-メール@例え.example",
        new string('A', 5000),
        string.Concat(Enumerable.Repeat("😀", 400)),
        "",
        " ",
    ];

    /// <summary>Texts that are all placeholder: recognised by their code alone.</summary>
    private static readonly string[] Wordless = ["hello", "ehlo", "sasl-challenge"];

    [Fact]
    public void Every_reply_of_ours_filled_with_hostile_values_is_read_back_to_its_own_entry()
    {
        var wrong = new List<string>();
        foreach (var entry in OurReplies.All.Where(entry => !Wordless.Contains(entry.Id)))
        {
            foreach (var reply in Fillings(entry))
            {
                foreach (string text in (string[])[reply.ToString(), FromTheWire(reply)])
                {
                    var read = ReplyDatabase.BuiltIn.Explain(text, new ExplainHints { IsOurs = true });
                    if ((read.Entry != entry || read.Basis != Basis.Own) && !HasTwin(reply))
                        wrong.Add($"{entry.Id} was read as {read.Entry.Id} ({read.Basis}): {text[..Math.Min(text.Length, 120)]}");
                }
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong.Take(20)));
    }

    [Fact]
    public void Without_our_id_the_same_words_are_no_ones_in_particular_and_mean_the_same()
    {
        var wrong = new List<string>();
        foreach (var entry in OurReplies.All.Where(entry => entry.Kind == EntryKind.Own && entry.Classic.Code >= 400))
        {
            foreach (var reply in Fillings(entry).Take(2))
            {
                string wire = FromTheWire(reply);
                var received = ReplyDatabase.BuiltIn.Recognise(reply.Code, string.Join('\n', wire.Split('\n').Select(line => line[4..])));
                var told = ReplyDatabase.BuiltIn.Explain(wire);
                if (received.Entry.Kind is EntryKind.Own or EntryKind.Condition || told.Basis == Basis.Own)
                    wrong.Add($"{entry.Id} was taken for ours: {received.Entry.Id}, {told.Basis}");
                if (!Alike(entry, told.Reason) && !HasTwin(reply))
                    wrong.Add(
                        $"{entry.Id} ({entry.Reason}) was read as {told.Entry.Id} ({told.Reason}): {wire[..Math.Min(wire.Length, 120)]}");
            }
        }

        Shown.None(wrong);
    }

    [Fact]
    public void With_our_id_it_is_ours_again()
    {
        var told = ReplyDatabase.BuiltIn.Explain(
            "550 5.1.1 <bob@example.org>: Recipient address rejected: User unknown in virtual alias table [G-J39PFDYT]");

        Assert.Equal((RecipientReplies.RecipientUnknown, Basis.Own), (told.Entry, told.Basis));
        Assert.DoesNotContain("ours", told.Meaning(Language.English), StringComparison.Ordinal);
    }

    /// <summary>Nearer words of other servers may decide: 503 for a login that is not offered, "unverified" for an address that waits,
    /// TLS that is not available is a TLS failure wherever the cause lies.</summary>
    private static bool Alike(ReplyEntry entry, Reason? told) =>
        told == entry.Reason || entry.Id is "auth-not-offered" or "reverse-lookup-failed" or "address-needs-smtputf8" or "session-refused"
            or "recipient-unverified" or "tls-unavailable" || told?.Wider == entry.Reason?.Word || entry.Reason?.Wider == told?.Word
            || (told is not null && told.Wider == entry.Reason?.Wider && told.Wider is not null);

    [Fact]
    public void However_long_the_values_are_the_words_of_the_reply_reach_the_wire()
    {
        foreach (var entry in OurReplies.All.Where(entry => entry.Kind == EntryKind.Own))
        {
            foreach (var reply in Fillings(entry))
            {
                string wire = Encoding.UTF8.GetString(reply.Wire.Span);
                Assert.All(wire.Split("\r\n"), line => Assert.True(Encoding.UTF8.GetByteCount(line) <= Reply.MaxLine - 2, entry.Id));
                foreach (string literal in AnyPlaceholder().Split(entry.In(reply.Style).Text).SelectMany(text => text.Split('\n')))
                    Assert.Contains(literal, wire, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void Only_our_own_entries_and_conditions_can_speak() =>
        Assert.Throws<InvalidOperationException>(() => BasicCodes.Find(550)!.Say());

    /// <summary>Two causes told in the same words on purpose (a stranger is not to learn which) cannot be told apart by them.</summary>
    private static bool HasTwin(Reply reply) =>
        OurReplies.All.Any(other =>
            other != reply.Entry && (other.Classic == reply.Entry.In(reply.Style) || other.Modern == reply.Entry.In(reply.Style)));

    private static IEnumerable<Reply> Fillings(ReplyEntry entry)
    {
        foreach (string value in Hostile)
        {
            var names = Placeholder().Matches(entry.Classic.Text + entry.Modern.Text).Select(match => match.Groups[1].Value).Distinct();
            var reply = entry.Say([.. names.Select(name => (name, (object?)value))]);
            yield return reply;
            if (!ReferenceEquals(entry.Classic, entry.Modern))
                yield return reply.As(ReplyStyle.Modern);
        }
    }

    private static string FromTheWire(Reply reply) =>
        Encoding.UTF8.GetString(reply.Wire.Span).Replace("\r\n", "\n", StringComparison.Ordinal).TrimEnd('\n');

    [GeneratedRegex(@"\{([a-z-]+)\}")]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"\{[a-z-]+\}")]
    private static partial Regex AnyPlaceholder();
}
