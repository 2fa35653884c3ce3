using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Gatepost.MailAuth;
using Gatepost.MailAuth.Arc;
using Gatepost.MailAuth.Dkim;
using Gatepost.Tests.Replies;
using Xunit;

namespace Gatepost.Tests.MailAuth;

/// <summary>Chains of others, beside the repository: what they are worth, and the sets that follow on them.</summary>
public sealed partial class ArcConformanceTests
{
    [Fact]
    public async Task Every_chain_of_the_suite_has_its_status()
    {
        var wrong = new List<string>();
        using var document = JsonDocument.Parse(SharedFacts.Text("conformance/arc-validate/cases.json"));
        foreach (var test in document.RootElement.GetProperty("cases").EnumerateArray())
        {
            using var message = new MemoryStream(Signed.Octets(test.GetProperty("message").GetString()!));
            var result = await new ArcValidator(Zone(document, test), TimeProvider.System).ValidateAsync(message, TestContext.Current.CancellationToken);
            string wanted = test.GetProperty("cv").GetString()!;
            if (result.Result.Word() != (wanted.Length == 0 ? "none" : wanted.ToLowerInvariant()) || result.Steps.Count == 0)
                wrong.Add($"{test.GetProperty("id")} ({test.GetProperty("description")}): {wanted} expected, {result.Result.Word()}: {string.Join(", ", result.Steps)}");
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public async Task Every_seal_of_the_suite_is_made_as_it_was()
    {
        var wrong = new List<string>();
        using var document = JsonDocument.Parse(SharedFacts.Text("conformance/arc-sign/cases.json"));
        foreach (var test in document.RootElement.GetProperty("cases").EnumerateArray())
        {
            string Text(string name) => test.GetProperty(name).GetString()!;
            using var message = new MemoryStream(Signed.Octets(Text("message")));
            using var key = SigningKey.FromPem(Text("domain"), Text("sel"), Text("privatekey"));
            var clock = new Clock(DateTimeOffset.FromUnixTimeSeconds(test.GetProperty("t").GetInt64()));
            var sealedFields = await new ArcSealer(Zone(document, test), clock).SealAsync(
                message, Text("srv-id"), key, null, Text("sig-headers").Split(':'), TestContext.Current.CancellationToken);
            string made = Encoding.UTF8.GetString(sealedFields.Fields.Span);
            foreach (var (tag, field) in (ReadOnlySpan<(string, string)>)[("AS", "ARC-Seal"), ("AMS", "ARC-Message-Signature"), ("AAR", "ARC-Authentication-Results")])
            {
                string value = Regex.Match(made, $@"^{field}:((?:[^\r\n]|\r\n[ \t])*)", RegexOptions.Multiline).Groups[1].Value;
                if (Blanks().Replace(value, "") != Blanks().Replace(Text(tag), ""))
                    wrong.Add($"{Text("id")} {field}:\n{value}\nexpected:\n{Text(tag)}\n{sealedFields.Fault}");
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    private static KeyZone Zone(JsonDocument document, JsonElement test) =>
        document.RootElement.GetProperty("txt").TryGetProperty(test.GetProperty("zone").GetString()!, out var zone) ? KeyZone.Of(zone) : new KeyZone();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();

    private sealed class Clock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
