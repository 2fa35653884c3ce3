using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Gatepost.Acme.Protocol;
using Gatepost.Dns;
using Gatepost.Hooks;
using Gatepost.Replies;

namespace Gatepost.Acme.Challenges;

/// <summary>Answers of dns-01 (RFC 8555 §8.4), which the administrator's program sets: <c>PROGRAM set|clear NAME VALUE</c>.</summary>
/// <param name="program">Its path.</param>
/// <param name="wait">How long the record may take until DNS shows it.</param>
/// <param name="report">Takes why a record could not be removed.</param>
internal sealed class DnsHook(string program, TimeSpan wait, IResolver dns, TimeProvider time, Action<Finding> report) : IChallengeResponder
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1), LongestPause = TimeSpan.FromSeconds(20);

    public string Type => "dns-01";

    public async Task SetAsync(string name, string token, string answer, CancellationToken cancel)
    {
        var (record, value) = Record(name, answer);
        if (await RunAsync("set", record, value, cancel).ConfigureAwait(false) is { } cause)
            throw new AcmeException(OurEvidence.AcmeHookFailed.Say(record, cause));
        long began = time.GetTimestamp();
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            var seen = await dns.FreshTxtAsync(record, cancel).ConfigureAwait(false);
            if (seen.Records.Contains(value))
                return;
            if (time.GetElapsedTime(began) + pause > wait)
            {
                string found = seen.Outcome == DnsOutcome.Unanswered ? $"{seen.Detail}" : string.Join(", ", seen.Records.Take(3));
                throw new AcmeException(
                    OurEvidence.AcmeRecordNotSeen.Say(record, wait, SafeText.Of(found.Length > 0 ? found : "-", 200).ToString()));
            }

            await Task.Delay(pause, time, cancel).ConfigureAwait(false);
        }
    }

    public async Task ClearAsync(string name, string token, string answer)
    {
        var (record, value) = Record(name, answer);
        // Even while the server stops: a record that stays is only in the way, so its time is limited.
        if (await RunAsync("clear", record, value, CancellationToken.None).ConfigureAwait(false) is { } cause)
            report(OurEvidence.AcmeHookFailed.Say(record, cause));
    }

    private Task<string?> RunAsync(string verb, string record, string value, CancellationToken cancel) =>
        HookProgram.RunAsync(program, [verb, record, value], "", Patience, time, cancel);

    private static (string Record, string Value) Record(string name, string answer) =>
        ($"_acme-challenge.{name}", Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(answer))));
}
