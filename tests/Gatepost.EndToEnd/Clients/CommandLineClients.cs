using System.Globalization;
using Gatepost.EndToEnd.Harness;

namespace Gatepost.EndToEnd.Clients;

/// <summary>swaks, the administrator's test tool (Perl).</summary>
public sealed class Swaks : IForeignClient
{
    public bool SpeaksUtf8 => false;

    public void Need() => Component.Needs("swaks");

    public async Task<byte[]?> SendAsync(Letter letter, ScratchFolder scratch, CancellationToken cancel)
    {
        // swaks adds CRLF before the final dot whether or not the file ends with one.
        string file = scratch.Write($"swaks-{Guid.NewGuid():N}.eml", letter.Octets.AsSpan(..^2));
        List<string> arguments =
        [
            "--server", "127.0.0.1", "--port", letter.Port.ToString(CultureInfo.InvariantCulture), "--helo", "client.test",
            "--from", letter.From, "--to", string.Join(',', letter.Recipients), "--data", "@" + file, "--suppress-data",
        ];
        if (letter.Protection != Protection.None)
            arguments.AddRange(
                [letter.Protection == Protection.StartTls ? "--tls"
                    : "--tls-on-connect", "--tls-verify", "--tls-ca-path", letter.Tls.ChainFile]);
        ClientRefusedException.ThrowUnlessDone(await ChildProcess.RunAsync("swaks", arguments, cancel));
        return null;
    }
}

/// <summary>msmtp, what scripts and cron jobs call as sendmail.</summary>
public sealed class Msmtp : IForeignClient
{
    public bool SpeaksUtf8 => false;

    public void Need() => Component.Needs("msmtp");

    public async Task<byte[]?> SendAsync(Letter letter, ScratchFolder scratch, CancellationToken cancel)
    {
        List<string> arguments =
        [
            "--file=/dev/null", "--host=127.0.0.1", "--port=" + letter.Port.ToString(CultureInfo.InvariantCulture), "--domain=client.test",
            "--auth=off", "--from=" + letter.From, "--tls=" + (letter.Protection == Protection.None ? "off" : "on"),
        ];
        if (letter.Protection != Protection.None)
            arguments.AddRange(
                ["--tls-starttls=" + (letter.Protection == Protection.StartTls ? "on" : "off"), "--tls-trust-file="
                    + letter.Tls.ChainFile]);
        arguments.AddRange(["--", .. letter.Recipients]);
        // msmtp reads what local programs write: lines end with LF, and it adds the CR itself.
        byte[] input = [.. letter.Octets.Where(octet => octet != (byte)'\r')];
        ClientRefusedException.ThrowUnlessDone(await ChildProcess.RunAsync("msmtp", arguments, cancel, input: input));
        return null;
    }
}

/// <summary>curl, the client of web applications and of libcurl in everything else.</summary>
public sealed class Curl : IForeignClient
{
    public bool SpeaksUtf8 => true;

    public void Need() => Component.Needs("curl");

    public async Task<byte[]?> SendAsync(Letter letter, ScratchFolder scratch, CancellationToken cancel)
    {
        string file = scratch.Write($"curl-{Guid.NewGuid():N}.eml", letter.Octets);
        string scheme = letter.Protection == Protection.Implicit ? "smtps" : "smtp";
        List<string> arguments =
        [
            "--silent", "--show-error", "--url", string.Create(
                CultureInfo.InvariantCulture, $"{scheme}://localhost:{letter.Port}/client.test"), "--ipv4",
            "--mail-from", letter.From, "--upload-file", file, "--cacert", letter.Tls.ChainFile,
        ];
        if (letter.Protection == Protection.StartTls)
            arguments.Add("--ssl-reqd");
        foreach (string recipient in letter.Recipients)
            arguments.AddRange(["--mail-rcpt", recipient]);
        // Without a UTF-8 locale curl takes addresses for something to convert.
        var environment = new Dictionary<string, string> { ["LC_ALL"] = "C.UTF-8" };
        ClientRefusedException.ThrowUnlessDone(await ChildProcess.RunAsync("curl", arguments, cancel, environment: environment));
        return null;
    }
}
