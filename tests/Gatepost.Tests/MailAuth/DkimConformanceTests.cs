using System.Text.Json;
using Gatepost.MailAuth;
using Gatepost.MailAuth.Dkim;
using Gatepost.Tests.Replies;
using Xunit;

namespace Gatepost.Tests.MailAuth;

/// <summary>Signed messages beside the repository, made by others, some changed on the way.</summary>
public sealed class DkimConformanceTests
{
    [Theory]
    [InlineData("dkim-corpus")]
    [InlineData("dkim-gen")]
    public async Task Every_message_of_the_suite_has_its_result_by_todays_rules(string suite)
    {
        using var document = JsonDocument.Parse(SharedFacts.Text($"conformance/{suite}/cases.json"));
        var zone = KeyZone.Of(document.RootElement.GetProperty("dns"));
        var wrong = new List<string>();
        foreach (var test in document.RootElement.GetProperty("cases").EnumerateArray())
        {
            using var message = new MemoryStream(test.GetProperty("message_b64").GetBytesFromBase64());
            var results = await new DkimVerifier(zone, TimeProvider.System).VerifyAsync(message, TestContext.Current.CancellationToken);
            string wanted = test.GetProperty("strict").GetString()!;
            if (!Is(wanted, results))
                wrong.Add($"{test.GetProperty("id")}: {wanted} expected: {string.Join("; ", results.Select(result => $"{result.Result.Word()} ({string.Join(", ", result.Steps)})"))}");
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    /// <summary>The word of the best signature; "invalid" and "notpass" are words of the suites for several of ours.</summary>
    private static bool Is(string wanted, IReadOnlyList<DkimResult> results) => wanted switch
    {
        "notpass" => results.All(result => result.Result != AuthResult.Pass),
        "invalid" => results.All(result => result.Result is AuthResult.PermError or AuthResult.TempError),
        _ => results.Any(result => result.Result.Word() == wanted),
    };
}
