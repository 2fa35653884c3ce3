using System.Text.Json;
using Gatepost.EndToEnd.Harness;
using Xunit;

namespace Gatepost.EndToEnd.MailAuth;

/// <summary>dkimpy (Debian's python3-dkim), which has its keys from here and not from DNS.</summary>
internal static class DkimPy
{
    private const string Python = "/usr/bin/python3";

    public static void Needed() => Component.Needs("dkimverify", Python);

    /// <summary>Runs lines that know <c>message</c>, the private keys <c>rsa</c> and <c>edwards</c>, and <c>find</c> for keys in DNS.</summary>
    /// <returns>What they print, without outer blanks.</returns>
    public static async Task<string> RunAsync(string lines, byte[] message, IReadOnlyDictionary<string, string> keys, CancellationToken cancel)
    {
        string program = $"""
            import base64, dkim, json, sys
            keys = json.loads(sys.argv[1])
            message = sys.stdin.buffer.read()
            rsa = keys['rsa'].encode()
            # dkimpy wants the seed of the key: the last 32 octets of PKCS #8.
            edwards = base64.b64encode(base64.b64decode(''.join(keys['edwards'].strip().splitlines()[1:-1]))[-32:])
            def find(name, timeout=5):
                return keys.get(name.decode().rstrip('.'), '').encode()
            {lines}
            """;
        var ended = await ChildProcess.RunAsync(Python, ["-c", program, JsonSerializer.Serialize(keys)], cancel, input: message);
        Assert.True(ended.ExitCode == 0, ended.ToString());
        return ended.Output.Trim();
    }
}
