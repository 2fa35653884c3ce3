using System.Net;
using System.Text.Json;
using Gatepost.MailAuth;
using Gatepost.MailAuth.Spf;
using Gatepost.Tests.Replies;
using Xunit;

namespace Gatepost.Tests.MailAuth;

/// <summary>The suites of others for RFC 7208, beside the repository.</summary>
public sealed class SpfConformanceTests
{
    [Theory]
    [InlineData("spf-rfc7208")]
    [InlineData("spf-stalwart")]
    [InlineData("spf-blitiri")]
    public async Task Every_case_of_the_suite_has_its_result_and_explanation(string suite)
    {
        using var document = JsonDocument.Parse(SharedFacts.Text($"conformance/{suite}/cases.json"));
        var zones = document.RootElement.GetProperty("zones");
        var wrong = new List<string>();
        foreach (var test in document.RootElement.GetProperty("cases").EnumerateArray())
        {
            var zone = new ConformanceZone(zones.GetProperty(test.GetProperty("zone").GetString()!));
            var result = await new SpfVerifier(zone, TimeProvider.System).CheckAsync(Question(test), TestContext.Current.CancellationToken);
            var accepted = test.GetProperty("accept").EnumerateArray().Select(one => one.GetString()).ToList();
            string? explanation = test.GetProperty("explanation").GetString();
            // DEFAULT is what a checker says whose domain explains nothing.
            bool explains = explanation is null || (explanation == "DEFAULT" ? null : explanation) == result.Explanation;
            if (!accepted.Contains(result.Result.Word()) || !explains)
                wrong.Add($"{test.GetProperty("id")}: {string.Join('|', accepted)} \"{explanation}\" expected, {result.Result.Word()} "
                    + $"\"{result.Explanation}\" given\n    {string.Join("\n    ", result.Steps)}");
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    private static SpfQuestion Question(JsonElement test) => new()
    {
        Client = IPAddress.Parse(test.GetProperty("ip").GetString()!),
        Helo = test.GetProperty("helo").GetString()!,
        Sender = test.GetProperty("from").GetString()!,
    };
}
