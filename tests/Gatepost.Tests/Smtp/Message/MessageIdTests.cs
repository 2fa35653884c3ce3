using System.Text;
using Gatepost.Smtp.Message;
using Xunit;

namespace Gatepost.Tests.Smtp.Message;

public sealed class MessageIdTests
{
    [Theory]
    [InlineData("Subject: x\r\nMessage-ID: <a.1@host.example>\r\n\r\nMessage-ID: <body@x>\r\n", "a.1@host.example")]
    [InlineData("message-id:<a@b>\r\n\r\n", "a@b")]
    [InlineData("Message-ID:\r\n <folded@host.example>\r\nTo: b\r\n\r\n", "folded@host.example")]
    [InlineData("Message-ID: bare@host.example\r\n\r\n", "bare@host.example")]
    [InlineData("Message-ID: <first@x>\r\nMessage-ID: <second@x>\r\n\r\n", "first@x")]
    [InlineData("Message-ID: <never closed\r\n\r\n", "never closed")]
    [InlineData("Message-ID: <esc\u001b[31m\u202e@x>\r\n\r\n", "esc?[31m?@x")]
    [InlineData("Message-ID: \r\n\r\n", null)]
    [InlineData("Resent-Message-ID: <other@x>\r\nMessage-ID-X: <y@x>\r\n\r\n", null)]
    public void The_first_message_id_is_read_in_pieces_of_any_size(string message, string? expected)
    {
        byte[] octets = Encoding.UTF8.GetBytes(message);
        for (int size = 1; size <= octets.Length; size++)
        {
            var counts = default(ReceivedCounts);
            for (int at = 0; at < octets.Length; at += size)
                counts.Feed(octets.AsSpan(at, Math.Min(size, octets.Length - at)));
            counts.Finish();
            Assert.Equal(expected, counts.MessageId);
        }
    }

    [Fact]
    public void A_message_id_without_end_is_cut()
    {
        var counts = default(ReceivedCounts);
        counts.Feed(Encoding.ASCII.GetBytes("Message-ID: <" + new string('a', 5000)));
        Assert.Equal(250, counts.MessageId!.Length);
    }
}
