using System.Text;
using Gatepost.Smtp.Message;
using Xunit;

namespace Gatepost.Tests.Smtp.Message;

/// <summary>What is a field, where the header ends, and that every way of reading says the same.</summary>
public sealed class HeaderReaderTests
{
    private const string Fields = "A: 1\r\nB : 2\r\n folded\r\n\tagain\r\nReceived: x\r\n";

    private static readonly string[] Pieces =
        ["A", "From", ":", " ", "\t", "\r\n", "\n", "\r", "Received: x\r\n", "Subject: y\r\n z\r\n", "\r\n\r\n", "\0", "\u00e9",
            "no field\r\n", "Date :", new('n', 600), new('v', 5000)];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("no header at all\r\n", 0, "no header at all\r\n", HeaderEnd.NotAField)]
    [InlineData("A: 1\r\nno field\r\nB: 2\r\n\r\nx", 1, "no field\r\nB: 2\r\n\r\nx", HeaderEnd.NotAField)]
    [InlineData("\r\nA: 1\r\n", 0, "A: 1\r\n", HeaderEnd.EmptyLine)]
    [InlineData("A: 1", 1, "", HeaderEnd.EndOfMessage)]
    [InlineData("A: 1\r\nB", 1, "B", HeaderEnd.NotAField)]
    [InlineData("", 0, "", HeaderEnd.EndOfMessage)]
    [InlineData(" A: 1\r\n\r\nx", 0, " A: 1\r\n\r\nx", HeaderEnd.NotAField)]
    [InlineData("A: 1\r\n: 2\r\n", 1, ": 2\r\n", HeaderEnd.NotAField)]
    [InlineData("A: 1\r\nB c: 2\r\n", 1, "B c: 2\r\n", HeaderEnd.NotAField)]
    [InlineData("A: 1\r\nB\u00e9: 2\r\n", 1, "B\u00e9: 2\r\n", HeaderEnd.NotAField)]
    [InlineData("A: 1\r\n \r\nB: 2\r\n\r\nx", 2, "x", HeaderEnd.EmptyLine)]
    [InlineData("A: 1\n\nx", 1, "x", HeaderEnd.EmptyLine)]
    [InlineData("A: 1\r\n\rx", 1, "\rx", HeaderEnd.NotAField)]
    public async Task The_header_ends_at_the_empty_line_or_at_a_line_that_is_no_field(
        string message, int fields, string body, HeaderEnd end)
    {
        var read = await ReadAsync(message, HeaderLimits.Default, new Random(1));

        Assert.Equal((fields, body, end), (read.Fields.Count, read.Body, read.End));
    }

    [Fact]
    public void A_field_is_given_octet_for_octet_and_in_order()
    {
        var header = new MessageHeader(Encoding.Latin1.GetBytes(Fields + "\r\nA: body\r\n"));
        var raw = new List<string>();
        foreach (var field in header)
            raw.Add(Encoding.Latin1.GetString(field.Raw.Span));

        Assert.Equal(["A: 1\r\n", "B : 2\r\n folded\r\n\tagain\r\n", "Received: x\r\n"], raw);
        Assert.Equal(Fields, Encoding.Latin1.GetString(header.Octets.Span));
        Assert.Equal("2 folded again", header.Find("b"u8)?.Unfolded());
        Assert.Equal(1, header.Count("RECEIVED"u8));
        Assert.Null(header.Find("C"u8));
    }

    [Fact]
    public async Task A_field_over_the_limit_is_cut_and_the_next_one_is_whole()
    {
        var read = await ReadAsync(
            "A: " + new string('a', 5000) + "\r\n more\r\nB: 2\r\n\r\nbody", new HeaderLimits(Field: 2000), new Random(2));

        Assert.Equal(2, read.Fields.Count);
        Assert.Equal((2000, true), (read.Fields[0].Raw.Length, read.Fields[0].IsCut));
        Assert.Equal(("B: 2\r\n", false), read.Fields[1]);
        Assert.Equal("body", read.Body);
    }

    [Theory]
    [InlineData(6 * 300, HeaderEnd.EmptyLine)]
    [InlineData((6 * 300) - 1, HeaderEnd.OverLimit)]
    public async Task A_header_over_the_limit_says_so(int limit, HeaderEnd end)
    {
        using var reader =
            new HeaderReader(new MemoryStream(Encoding.Latin1.GetBytes(string.Concat(Enumerable.Repeat("A: 1\r\n", 300)) + "\r\n")),
                new HeaderLimits(2000, limit + 2));
        while (await reader.ReadAsync(Cancel))
        {
        }

        Assert.Equal(end, reader.End);
        if (end == HeaderEnd.OverLimit)
            await Assert.ThrowsAsync<InvalidOperationException>(async () => await reader.ReadBodyAsync(new byte[10], Cancel));
    }

    [Fact]
    public void A_name_longer_than_a_line_is_none()
    {
        Assert.Equal(1, CountOf(new string('n', HeaderScanner.MaxName) + ": x\r\n"));
        Assert.Equal(0, CountOf(new string('n', HeaderScanner.MaxName + 1) + ": x\r\n"));
        Assert.Equal(0, CountOf("n" + new string(' ', HeaderScanner.MaxName) + ": x\r\n"));

        static int CountOf(string message)
        {
            int count = 0;
            foreach (var field in new MessageHeader(Encoding.Latin1.GetBytes(message)))
                count++;
            return count;
        }
    }

    [Fact]
    public async Task Any_octets_are_read_the_same_from_a_stream_from_memory_and_as_they_arrive_and_none_is_lost()
    {
        for (int seed = 0; seed < 4000; seed++)
        {
            var random = new Random(seed);
            string message = string.Concat(Enumerable.Range(0, random.Next(1, 30)).Select(_ => Pieces[random.Next(Pieces.Length)]));
            byte[] octets = Encoding.Latin1.GetBytes(message);
            var streamed = await ReadAsync(message, new HeaderLimits(200_000, long.MaxValue), random);

            var inMemory = new List<(string Raw, bool IsCut)>();
            foreach (var field in new MessageHeader(octets))
                inMemory.Add((Encoding.Latin1.GetString(field.Raw.Span), false));
            Assert.Equal(inMemory, streamed.Fields);

            var counts = new ReceivedCounts();
            for (int at = 0, taken; at < octets.Length; at += taken)
                counts.Feed(octets.AsSpan(at, taken = Math.Min(random.Next(1, 700), octets.Length - at)));
            counts.Finish();
            Assert.Equal((seed, new MessageHeader(octets).Count("received"u8)), (seed, counts.Received));

            string empty = streamed.End == HeaderEnd.EmptyLine ? message[^(streamed.Body.Length + 1)] == '\n'
                && message[..^(streamed.Body.Length + 1)].EndsWith('\r') ? "\r\n" : "\n" : "";
            Assert.Equal(message, string.Concat(streamed.Fields.Select(field => field.Raw)) + empty + streamed.Body);
        }
    }

    [Fact]
    public Task Whatever_comes_as_a_header_is_read_within_its_limits() =>
        Mutations.TryAsync("header", 5000, async (octets, random) =>
        {
            var limits = new HeaderLimits(Field: random.Next(HeaderScanner.MaxName + 1, 4000), Header: random.Next(1, 20_000));
            using var reader = new HeaderReader(new DripStream(octets, random), limits);
            long total = 0;
            while (await reader.ReadAsync(CancellationToken.None))
            {
                var field = reader.Field;
                Assert.InRange(field.Raw.Length, 2, limits.Field);
                Assert.True(field.IsCut || field.Raw.Length == octets.Length - total || field.Raw.Span[^1] == '\n');
                Assert.DoesNotContain('\n', field.Unfolded());
                total += field.Raw.Length;
            }

            Assert.NotEqual(HeaderEnd.Open, reader.End);
            Assert.True(total <= limits.Header);
            Assert.True(reader.End != HeaderEnd.OverLimit || octets.Length > limits.Header);
        });

    private static async Task<(List<(string Raw, bool IsCut)> Fields, string Body, HeaderEnd End)> ReadAsync(
        string message, HeaderLimits limits, Random random)
    {
        using var reader = new HeaderReader(new DripStream(Encoding.Latin1.GetBytes(message), random), limits);
        var fields = new List<(string, bool)>();
        while (await reader.ReadAsync(Cancel))
            fields.Add((Encoding.Latin1.GetString(reader.Field.Raw.Span), reader.Field.IsCut));
        var body = new StringBuilder();
        byte[] buffer = new byte[1000];
        while (await reader.ReadBodyAsync(buffer, Cancel) is var count and > 0)
            body.Append(Encoding.Latin1.GetString(buffer, 0, count));
        return (fields, body.ToString(), reader.End);
    }

    /// <summary>Gives what it has in pieces of any size.</summary>
    private sealed class DripStream(byte[] octets, Random random) : MemoryStream(octets)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            ValueTask.FromResult(Read(buffer.Span[..Math.Min(buffer.Length, random.Next(1, 900))]));
    }
}
