using System.Text;
using FsCheck.Xunit;
using Gatepost.Smtp.Client;
using Xunit;

namespace Gatepost.Tests.Smtp.Client;

public sealed class DotStufferTests
{
    [Theory]
    [InlineData("", "", false)]
    [InlineData(".", "..", false)]
    [InlineData("a.b\r\n.\r\n..\r\n", "a.b\r\n..\r\n...\r\n", false)]
    [InlineData("a\n", "a\n", true)]
    [InlineData("a\rb\r\n", "a\rb\r\n", true)]
    [InlineData("a\r\r\n", "a\r\r\n", true)]
    [InlineData("\n.\r\n", "\n..\r\n", true)]
    [InlineData("a\r", "a\r", true)]
    public void Dots_are_doubled_and_bare_line_ends_found(string octets, string expected, bool bare)
    {
        for (int piece = 1; piece <= octets.Length + 1; piece++)
        {
            var (stuffed, found) = Pass(Encoding.ASCII.GetBytes(octets), _ => piece);
            Assert.Equal((expected, bare), (Encoding.ASCII.GetString(stuffed), found));
        }
    }

    [Property(MaxTest = 500)]
    public void Pieces_make_no_difference_and_unstuffing_gives_the_octets_back(byte[] noise, int seed)
    {
        byte[] octets =
            [
                .. noise.SelectMany<byte,
                byte>(
                    octet =>
                        (octet % 5) switch { 0 => "\r\n"u8.ToArray(), 1 => "."u8.ToArray(), 2 => "\r"u8.ToArray(), 3 =>
                            "\n"u8.ToArray(), _ => [octet] })];
        var random = new Random(seed);
        var whole = Pass(octets, _ => octets.Length + 1);
        var pieces = Pass(octets, _ => 1 + random.Next(5));

        Assert.Equal(whole.Stuffed, pieces.Stuffed);
        Assert.Equal(whole.Bare, pieces.Bare);
        Assert.Equal(!DotStuffer.HasGoodLineEnds(octets), whole.Bare);
        if (!whole.Bare)
        {
            string text = Encoding.Latin1.GetString(whole.Stuffed);
            string back = (text.StartsWith('.') ? text[1..] : text).Replace("\r\n.", "\r\n", StringComparison.Ordinal);
            Assert.Equal(Encoding.Latin1.GetString(octets), back);
            Assert.DoesNotContain("\r\n.\r\n", text);
        }
    }

    private static (byte[] Stuffed, bool Bare) Pass(byte[] octets, Func<int, int> pieceAt)
    {
        var stuffer = default(DotStuffer);
        var stuffed = new List<byte>();
        for (int at = 0; at < octets.Length;)
        {
            int length = Math.Min(pieceAt(at), octets.Length - at);
            byte[] target = new byte[2 * length];
            stuffed.AddRange(target[..stuffer.Pass(octets.AsSpan(at, length), target)]);
            at += length;
        }

        stuffer.Finish();
        return ([.. stuffed], stuffer.FoundBareLineEnd);
    }
}
