using System.Globalization;
using System.Text;
using Xunit;

namespace Gatepost.Tests.Smtp;

/// <summary>Seeds of tests/fuzz, changed at random: the same way every time unless the environment asks for more.</summary>
internal static class Mutations
{
    private static readonly byte[][] Tokens =
    [
        .. new[]
        {
            "\r\n", "\r", "\n", "\r\n.\r\n", ".\r\n", "\0", "MAIL FROM:<", "RCPT TO:<", "DATA\r\n", "BDAT ", " LAST\r\n", "EHLO x\r\n",
                "LHLO x\r\n", "RSET\r\n", "QUIT\r\n",
            "AUTH PLAIN ", "XCLIENT ", "STARTTLS\r\n", "=", "<", ">", "\"", "\\", "@", " ", "+", "[IPv6:", "]", "4294967296",
                "99999999999999999999", "-1", "{", "}", "{sender}",
        }.Select(Encoding.ASCII.GetBytes),
        [0xff, 0xfe], [0xd0, 0xb0], [0xe2, 0x80, 0xae], [0xf0, 0x9f, 0x98, 0x80], [0xc2, 0x85],
    ];

    /// <param name="target">The folder of tests/fuzz.</param>
    /// <param name="rounds">Mutations in a normal run.</param>
    /// <param name="attempt">Throws where something is wrong.</param>
    public static async Task TryAsync(string target, int rounds, Func<byte[], Random, Task> attempt)
    {
        rounds = Setting("GATEPOST_FUZZ_ROUNDS") ?? rounds;
        int seed = Setting("GATEPOST_FUZZ_SEED") ?? 0;
        byte[][] corpus = [.. Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests", "fuzz", target), "*.txt")
            .Order(StringComparer.Ordinal).Select(Read)];
        Assert.NotEmpty(corpus);
        for (int round = 0; round < rounds; round++)
        {
            var random = new Random(unchecked((seed * 1_000_003) + round));
            byte[] octets = round < corpus.Length ? corpus[round] : Mutate(corpus, random);
            try
            {
                await attempt(octets, random);
            }
            catch (Exception failure)
            {
                throw new InvalidOperationException($"{target}, seed {seed}, round {round}: {Escape(octets)}", failure);
            }
        }
    }

    private static byte[] Read(string path) =>
        Transcript.Octets(
            'R', File.ReadAllText(path).Replace("\r", "", StringComparison.Ordinal).Replace("\n", "", StringComparison.Ordinal));

    private static byte[] Mutate(byte[][] corpus, Random random)
    {
        var octets = corpus[random.Next(corpus.Length)].ToList();
        for (int changes = random.Next(1, 8); changes > 0; changes--)
        {
            int at = random.Next(octets.Count + 1);
            int count = Math.Min(random.Next(1, 20), octets.Count - at);
            switch (random.Next(6))
            {
                case 0 when at < octets.Count:
                    octets[at] = (byte)random.Next(256);
                    break;
                case 1:
                    octets.RemoveRange(at, count);
                    break;
                case 2:
                    octets.InsertRange(at, octets.GetRange(at, count));
                    break;
                case 3:
                    byte[] other = corpus[random.Next(corpus.Length)];
                    int from = random.Next(other.Length);
                    octets.InsertRange(at, other[from..Math.Min(other.Length, from + random.Next(1, 80))]);
                    break;
                case 4 when random.Next(20) == 0:
                    octets.InsertRange(at, Enumerable.Repeat((byte)'x', random.Next(1, 5000)));
                    break;
                default:
                    octets.InsertRange(at, Tokens[random.Next(Tokens.Length)]);
                    break;
            }
        }

        return [.. octets];
    }

    private static string Escape(byte[] octets) =>
        string.Concat(octets.Select(octet => octet is >= 32 and < 127 and not (byte)'\\' ? ((char)octet).ToString() : $"\\x{octet:x2}"));

    private static int? Setting(string name) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value
            : null;
}
