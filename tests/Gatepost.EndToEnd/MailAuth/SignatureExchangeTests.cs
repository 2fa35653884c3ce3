using System.Text;
using System.Text.Json;
using Gatepost.Dns;
using Gatepost.EndToEnd.Components;
using Gatepost.EndToEnd.Harness;
using Gatepost.MailAuth;
using Gatepost.MailAuth.Arc;
using Gatepost.MailAuth.Dkim;
using Xunit;
using SignatureAlgorithm = Gatepost.MailAuth.Dkim.SignatureAlgorithm;

namespace Gatepost.EndToEnd.MailAuth;

/// <summary>Our signatures at other people's verifiers, and theirs at ours.</summary>
public sealed class SignatureExchangeTests : IAsyncLifetime
{
    private const string Domain = "demo.test";

    private readonly SigningKey rsa = SigningKey.Create(Domain, "r", SignatureAlgorithm.RsaSha256);
    private readonly SigningKey edwards = SigningKey.Create(Domain, "e", SignatureAlgorithm.Ed25519Sha256);
    private readonly ScratchFolder scratch = new();
    private DnsServer? dns;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => dns = await DnsServer.StartAsync(Record(rsa) + "\n" + Record(edwards), Cancel);

    public async ValueTask DisposeAsync()
    {
        if (dns is not null)
            await dns.DisposeAsync();
        scratch.Dispose();
        rsa.Dispose();
        edwards.Dispose();
    }

    [Fact]
    public async Task What_we_sign_verifies_in_dkimpy_OpenDKIM_and_rspamd()
    {
        DkimPy.Needed();
        Component.Needs("opendkim");
        await using var rspamd = await RspamdInstance.StartAsync(Cancel, new RspamdDkim(dns!.EndPoint));
        foreach (byte[] message in Messages())
        {
            byte[] signed = await SignAsync(message);
            Assert.Equal("True True", await DkimPy.RunAsync("""
                d = dkim.DKIM(message)
                print(d.verify(0, dnsfunc=find), d.verify(1, dnsfunc=find))
                """, signed, Keys(), Cancel));
            var opendkim = await OpenDkimAsync("Mode v", signed);
            Assert.Contains($"dkim=pass (2048-bit key) header.d={Domain}", opendkim, StringComparison.Ordinal);
            Assert.Contains("header.a=ed25519-sha256 header.s=e", opendkim, StringComparison.Ordinal);
            Assert.DoesNotContain("dkim=fail", opendkim, StringComparison.Ordinal);
            using var said = JsonDocument.Parse(await rspamd.CheckAsync(signed, Cancel));
            var allowed = said.RootElement.GetProperty("symbols").GetProperty("R_DKIM_ALLOW").GetProperty("options");
            Assert.Equal(["demo.test:s=e", "demo.test:s=r"], allowed.EnumerateArray().Select(one => one.GetString()).Order());
        }
    }

    [Fact]
    public async Task What_dkimpy_signs_verifies_here()
    {
        DkimPy.Needed();
        foreach (byte[] message in Messages())
        {
            foreach (string form in (string[])["simple", "relaxed"])
            {
                string fields = await DkimPy.RunAsync($"""
                    c = (b'{form}', b'relaxed')
                    sys.stdout.buffer.write(dkim.sign(message, b'r', b'{Domain}', rsa, canonicalize=c, length=True))
                    sys.stdout.buffer.write(dkim.sign(message, b'e', b'{Domain}', edwards, canonicalize=(c[0], b'simple'), signature_algorithm=b'ed25519-sha256'))
                    """, message, Keys(), Cancel);
                Passes(2, await VerifyAsync([.. Encoding.UTF8.GetBytes(fields.ReplaceLineEndings("\r\n") + "\r\n"), .. message]));
            }
        }
    }

    [Fact]
    public async Task What_OpenDKIM_signs_verifies_here()
    {
        Component.Needs("opendkim");
        foreach (byte[] message in Messages())
        {
            // Its test mode passes values without the blanks before them, which the simple form of the header would need.
            foreach (string form in (string[])["relaxed/simple", "relaxed/relaxed"])
            {
                string said = await OpenDkimAsync($"""
                    Mode s
                    Domain {Domain}
                    Selector r
                    KeyFile {scratch.Write("r.pem", rsa.ToPem())}
                    RequireSafeKeys no
                    InternalHosts 0.0.0.0/0
                    Canonicalization {form}
                    """, message);
                int start = said.IndexOf("hvalue='", StringComparison.Ordinal) + 8;
                string value = said[start..said.IndexOf('\'', start)].ReplaceLineEndings("\r\n");
                Passes(1, await VerifyAsync([.. Encoding.UTF8.GetBytes($"DKIM-Signature: {value}\r\n"), .. message]));
            }
        }
    }

    [Fact]
    public async Task What_rspamd_signs_verifies_here()
    {
        string key = scratch.Write("r.pem", rsa.ToPem());
        File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        await using var rspamd = await RspamdInstance.StartAsync(Cancel, new RspamdDkim(dns!.EndPoint, Domain, "r", key));
        foreach (byte[] message in Messages())
        {
            using var said = JsonDocument.Parse(await rspamd.CheckAsync(message, Cancel));
            string value = said.RootElement.GetProperty("dkim-signature").GetString()!.ReplaceLineEndings("\r\n");
            Passes(1, await VerifyAsync([.. Encoding.UTF8.GetBytes($"DKIM-Signature: {value}\r\n"), .. message]));
        }
    }

    [Fact]
    public async Task Chains_that_we_and_dkimpy_seal_in_turn_pass_at_both()
    {
        DkimPy.Needed();
        byte[] message = Messages().First();
        for (int sealedBy = 0; sealedBy < 4; sealedBy++)
        {
            message = sealedBy % 2 == 0 ? await SealAsync(message) : [.. Encoding.UTF8.GetBytes((await DkimPy.RunAsync($"""
                message = b'Authentication-Results: lists.test; arc=pass; spf=pass smtp.mailfrom={Domain}\r\n' + message
                for field in dkim.arc_sign(message, b'r', b'{Domain}', rsa, b'lists.test'):
                    sys.stdout.buffer.write(field)
                """, message, Keys(), Cancel)).ReplaceLineEndings("\r\n") + "\r\n"), .. message];
            using var stream = new MemoryStream(message);
            var result = await new ArcValidator(Resolver(), TimeProvider.System).ValidateAsync(stream, Cancel);
            Assert.True(result.Result == AuthResult.Pass, string.Join(", ", result.Steps) + "\n" + Encoding.UTF8.GetString(message));
            Assert.Equal(sealedBy + 1, result.Hops.Count);
            Assert.Equal("b'pass'", await DkimPy.RunAsync("print(dkim.arc_verify(message, dnsfunc=find)[0])", message, Keys(), Cancel));
        }
    }

    private static IEnumerable<byte[]> Messages()
    {
        yield return SampleMessage.Tricky("bob@demo.test", "ann@partner.test");
        yield return Encoding.UTF8.GetBytes("From:  Бob <bob@demo.test>\r\nTo: ann@partner.test,\r\n\tcarl@partner.test \r\nSubject: folded \r\n\t twice\r\nDate: Sat, 28 Nov 2026 03:00:00 +0000\r\nMessage-ID: <2@demo.test>\r\n\r\nГруппа  \t x \r\n.\r\n..\r\n\r\n \r\n\r\n");
        yield return Encoding.UTF8.GetBytes("From: bob@demo.test\r\nDate: Sat, 28 Nov 2026 03:00:00 +0000\r\nTo: ann@partner.test\r\nSubject:\r\n\r\n");
    }

    private static void Passes(int count, IReadOnlyList<DkimResult> results)
    {
        Assert.Equal(count, results.Count);
        Assert.All(results, result => Assert.True(result.Result == AuthResult.Pass, $"{result.Algorithm}: {string.Join(", ", result.Steps)}"));
    }

    /// <summary>A record as a zone file has it: strings of at most 255 octets.</summary>
    private static string Record(SigningKey key) =>
        $"{key.Selector}._domainkey.demo TXT {string.Join(' ', key.Record.Chunk(200).Select(part => $"\"{new string(part)}\""))}";

    private DnsResolver Resolver() => new(new DnsOptions { Servers = [dns!.EndPoint] }, TimeProvider.System);

    private Dictionary<string, string> Keys() => new()
    {
        [rsa.RecordName] = rsa.Record,
        [edwards.RecordName] = edwards.Record,
        ["rsa"] = rsa.ToPem(),
        ["edwards"] = edwards.ToPem(),
    };

    private async Task<IReadOnlyList<DkimResult>> VerifyAsync(byte[] message)
    {
        using var stream = new MemoryStream(message);
        return await new DkimVerifier(Resolver(), TimeProvider.System).VerifyAsync(stream, Cancel);
    }

    private async Task<byte[]> SignAsync(byte[] message)
    {
        using var stream = new MemoryStream(message);
        var signed = await new DkimSigner(TimeProvider.System).SignAsync(stream, _ => [rsa, edwards], Cancel);
        Assert.Null(signed.Fault);
        return [.. signed.Fields.Span, .. message];
    }

    private async Task<byte[]> SealAsync(byte[] message)
    {
        using var stream = new MemoryStream(message);
        var made = await new ArcSealer(Resolver(), TimeProvider.System).SealAsync(stream, "mx.demo.test", rsa, "spf=pass smtp.mailfrom=demo.test", null, Cancel);
        Assert.Null(made.Fault);
        return [.. made.Fields.Span, .. message];
    }

    private async Task<string> OpenDkimAsync(string configuration, byte[] message)
    {
        string keys = scratch.Write("keys", $"{rsa.RecordName} {rsa.Record}\n{edwards.RecordName} {edwards.Record}\n");
        File.WriteAllBytes(scratch["message.eml"], message);
        var ended = await ChildProcess.RunAsync(
            "opendkim", ["-x", scratch.Write("opendkim.conf", $"Syslog no\nTestPublicKeys {keys}\n{configuration}\n"), "-vvv", "-t", scratch["message.eml"]], Cancel);
        return ended.Output + ended.Errors;
    }
}
