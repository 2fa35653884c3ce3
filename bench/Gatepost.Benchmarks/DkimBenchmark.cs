using System.Net;
using System.Text;
using Gatepost.Dns;
using Gatepost.MailAuth;
using Gatepost.MailAuth.Dkim;

namespace Gatepost.Benchmarks;

/// <summary>Verifying one signature on one thread, the key's record at hand: what a message costs beside the question to DNS.</summary>
internal static class DkimBenchmark
{
    public static async Task RunAsync(Settings settings)
    {
        int count = settings.Number("count", 5000);
        foreach (int size in (int[])[4 * 1024, 50 * 1024])
        {
            foreach (var algorithm in (SignatureAlgorithm[])[SignatureAlgorithm.RsaSha256, SignatureAlgorithm.Ed25519Sha256])
            {
                using var key = SigningKey.Create("example.org", "s", algorithm);
                byte[] message = await SignedAsync(key, size);
                var verifier = new DkimVerifier(new OneRecord(key.Record), TimeProvider.System);
                await VerifyAsync(verifier, message, count / 5);
                var measured = new Measured();
                await VerifyAsync(verifier, message, count);
                Console.WriteLine($"dkim verify, {algorithm}, {message.Length} octets: {measured.Of(count)}");
            }
        }
    }

    private static async Task VerifyAsync(DkimVerifier verifier, byte[] message, int count)
    {
        for (int i = 0; i < count; i++)
        {
            var results = await verifier.VerifyAsync(new MemoryStream(message), default);
            if (results[0].Result != AuthResult.Pass)
                throw new InvalidOperationException(string.Join(", ", results[0].Steps));
        }
    }

    private static async Task<byte[]> SignedAsync(SigningKey key, int size)
    {
        var text = new StringBuilder("From: Ann <ann@example.org>\r\nTo: bob@example.net\r\nSubject: a message of usual length\r\n"
            + "Date: Sat, 28 Nov 2026 10:00:00 +0000\r\nMessage-ID: <1@example.org>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\n");
        while (text.Length < size)
            text.Append("The quick brown fox jumps over the lazy dog, again and again, until the line is full.\r\n");
        byte[] message = Encoding.ASCII.GetBytes(text.ToString());
        var signed = await new DkimSigner(TimeProvider.System).SignAsync(new MemoryStream(message), _ => [key], default);
        return [.. signed.Fields.Span, .. message];
    }

    private sealed class OneRecord(string text) : IResolver
    {
        private readonly DnsAnswer<string> answer = new(DnsOutcome.Found, [text]);

        public ValueTask<DnsAnswer<string>> TxtAsync(string name, CancellationToken cancel) => new(answer);

        public ValueTask<DnsAnswer<MxRecord>> MxAsync(string domain, CancellationToken cancel) => throw new NotSupportedException();

        public ValueTask<DnsAnswer<IPAddress>> AddressesAsync(string host, CancellationToken cancel) => throw new NotSupportedException();

        public ValueTask<DnsAnswer<IPAddress>> Ipv6AddressesAsync(string host, CancellationToken cancel) => throw new NotSupportedException();

        public ValueTask<DnsAnswer<string>> ReverseAsync(IPAddress address, CancellationToken cancel) => throw new NotSupportedException();
    }
}
