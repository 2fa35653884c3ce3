using Gatepost.MailAuth.Srs;
using Gatepost.Smtp;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gatepost.Tests.MailAuth;

/// <summary>Rewritten senders of forwards: there and back, and what is none of ours.</summary>
public sealed class SrsTests
{
    private readonly FakeTimeProvider time = new(Signed.Noon);
    private readonly Secrets secrets = new();
    private readonly SrsRewriter srs;

    public SrsTests() => srs = new SrsRewriter(secrets, time);

    [Theory]
    [InlineData("ann@partner.example")]
    [InlineData("ann=bob+x-y@partner.example")]
    [InlineData("\"ann lee\"@partner.example")]
    [InlineData("\"a\\\"b\"@partner.example")]
    [InlineData("ann@[192.0.2.7]")]
    [InlineData("ann@[IPv6:2001:db8::7]")]
    [InlineData("анна@почта.example")]
    [InlineData("SRS1@partner.example")]
    [InlineData("srs1=x=@partner.example")]
    public void A_sender_comes_back_as_it_was(string sender)
    {
        var rewritten = srs.Rewrite(Mailbox.Parse(sender), "host.example", time.GetUtcNow())!;
        Assert.Equal("host.example", rewritten.Domain);
        Assert.StartsWith("SRS0=", rewritten.LocalPart.Trim('"'), StringComparison.Ordinal);
        Assert.Equal(Unquoted(sender), Unquoted(srs.Undo(rewritten).Sender!.ToString()));
    }

    [Theory]
    [InlineData("SRS0=Ab+/=T5=true.example=ann@first.example", "=first.example==Ab+/=T5=true.example=ann@host.example")]
    [InlineData("SRS0+Ab+/=T5=true.example=ann@first.example", "=first.example=+Ab+/=T5=true.example=ann@host.example")]
    public void A_sender_that_another_forwarder_rewrote_becomes_SRS1_of_that_forwarder(string sender, string ends)
    {
        var rewritten = srs.Rewrite(Mailbox.Parse(sender), "host.example", time.GetUtcNow())!;
        Assert.Matches("^SRS1=[a-z2-7]{8}=", rewritten.ToString());
        Assert.EndsWith(ends, rewritten.ToString(), StringComparison.Ordinal);
        Assert.Equal(sender, srs.Undo(rewritten).Sender!.ToString());
    }

    [Fact]
    public void An_SRS1_sender_keeps_its_first_forwarder_however_many_follow()
    {
        var sender = Mailbox.Parse("SRS1=xyz=first.example==Ab=T5=true.example=ann@second.example");
        var rewritten = srs.Rewrite(sender, "host.example", time.GetUtcNow())!;
        Assert.EndsWith("=first.example==Ab=T5=true.example=ann@host.example", rewritten.ToString(), StringComparison.Ordinal);
        Assert.Equal("SRS0=Ab=T5=true.example=ann@first.example", srs.Undo(rewritten).Sender!.ToString());
    }

    [Fact]
    public void A_server_that_changes_the_case_does_no_harm()
    {
        string rewritten = srs.Rewrite(Mailbox.Parse("Ann@Partner.example"), "host.example", time.GetUtcNow())!.ToString();
        Assert.Equal("ann@partner.example", srs.Undo(Mailbox.Parse(rewritten.ToLowerInvariant())).Sender!.ToString());
        Assert.Equal("ANN@PARTNER.EXAMPLE", srs.Undo(Mailbox.Parse(rewritten.ToUpperInvariant())).Sender!.ToString());
    }

    [Fact]
    public void A_bounce_may_take_21_days_and_each_hour_has_its_secret()
    {
        var rewritten = srs.Rewrite(Mailbox.Parse("ann@partner.example"), "host.example", time.GetUtcNow())!;
        time.Advance(TimeSpan.FromHours(1));
        var later = srs.Rewrite(Mailbox.Parse("ann@partner.example"), "host.example", time.GetUtcNow())!;
        Assert.NotEqual(rewritten, later);
        time.Advance(TimeSpan.FromHours(SrsRewriter.HoursValid - 1));
        Assert.NotNull(srs.Undo(rewritten).Sender);
        time.Advance(TimeSpan.FromHours(1));
        Assert.True(srs.Undo(rewritten) is { Sender: null, IsExpired: true, Fault.Id: "srs-stamp-expired" });
        Assert.NotNull(srs.Undo(later).Sender);
        // 1,024 hours later the stamp is the same, the secret is not.
        time.Advance(TimeSpan.FromHours(1024 - SrsRewriter.HoursValid - 1));
        Assert.Equal("srs-forged", srs.Undo(rewritten).Fault!.Id);
    }

    [Fact]
    public void A_message_keeps_its_rewritten_sender_however_late_it_is_tried_again()
    {
        var accepted = time.GetUtcNow();
        var first = srs.Rewrite(Mailbox.Parse("ann@partner.example"), "host.example", accepted)!;
        time.Advance(TimeSpan.FromDays(5));
        var again = srs.Rewrite(Mailbox.Parse("ann@partner.example"), "host.example", accepted)!;
        Assert.Equal(first, again);
        Assert.NotNull(srs.Undo(again).Sender);
    }

    [Fact]
    public void A_clock_that_is_an_hour_behind_takes_the_other_nodes_addresses()
    {
        var rewritten = srs.Rewrite(Mailbox.Parse("ann@partner.example"), "host.example", time.GetUtcNow())!;
        var behind = new SrsRewriter(secrets, new FakeTimeProvider(Signed.Noon.AddMinutes(-30)));
        Assert.NotNull(behind.Undo(rewritten).Sender);
    }

    [Fact]
    public void What_would_be_longer_than_an_address_is_not_rewritten()
    {
        string local = new('a', 220);
        Assert.Null(srs.Rewrite(Mailbox.Parse($"{local}@partner.example"), "host.example", time.GetUtcNow()));
    }

    /// <summary>No octet of an address of ours can be another: 2,000 changes of all kinds, none of which leads to another sender.</summary>
    [Fact]
    public void No_changed_address_is_undone()
    {
        var random = new Random(20261128);
        string whole = srs.Rewrite(Mailbox.Parse("ann@partner.example"), "host.example", time.GetUtcNow())!.ToString();
        string local = whole[..whole.IndexOf('@')];
        const string Letters = "abcdefghijklmnopqrstuvwxyz234567=+-.SRS01\"\\ @%!";
        for (int i = 0; i < 2_000; i++)
        {
            char[] changed = [.. local];
            for (int change = random.Next(1, 4); change > 0; change--)
                changed[random.Next(changed.Length)] = Letters[random.Next(Letters.Length)];
            string text = random.Next(4) == 0 ? new string(changed)[..random.Next(1, changed.Length)] : new string(changed);
            if (!Mailbox.TryParse($"{text}@host.example", out var address) || text.Equals(local, StringComparison.OrdinalIgnoreCase)
                || !SrsRewriter.IsRewritten(text))
                continue;
            var read = srs.Undo(address);
            Assert.True(read.Sender is null && read.Fault is not null, $"{text} leads to {read.Sender}");
        }
    }

    private static string Unquoted(string address) => address.Replace("\"", "", StringComparison.Ordinal);

    private sealed class Secrets : ISrsSecrets
    {
        private readonly Dictionary<long, byte[]> kept = [];

        public (long Hour, ReadOnlyMemory<byte> Secret) Current(long hour)
        {
            if (!kept.ContainsKey(hour))
                kept[hour] = [(byte)kept.Count, 1, 2, 3];
            return (hour, kept[hour]);
        }

        public ReadOnlyMemory<byte>? Find(long hour) => kept.TryGetValue(hour, out byte[]? found) ? found : (ReadOnlyMemory<byte>?)null;
    }
}
