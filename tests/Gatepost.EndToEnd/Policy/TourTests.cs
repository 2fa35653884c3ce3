using System.Text.Json;
using Gatepost.EndToEnd.Harness;
using Xunit;

namespace Gatepost.EndToEnd.Policy;

public sealed class TourTests
{
    [Fact]
    public async Task Every_row_of_the_source_list_is_as_it_should_be_in_both_forms()
    {
        var tour = await ChildProcess.RunAsync(
            "dotnet", [Path.Combine(AppContext.BaseDirectory, "gatepost.dll"), "tour", "--json"], TestContext.Current.CancellationToken);

        var lines = tour.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)
            .ToList();
        Assert.Empty(lines.Where(line => !line.GetProperty("ok").GetBoolean()).Select(line => line.ToString()));
        foreach (string form in new[] { "classic", "modern" })
            Assert.Equal(64, lines.Where(line => line.GetProperty("form").GetString() == form)
                .Select(line => line.GetProperty("row").GetString()).Distinct().Count());
        // The 41 cases inside the 23 refusals, each refusal of a rule with the id that opens its record.
        var refusals = lines.Where(line => line.GetProperty("row").GetString()!.StartsWith('E')).ToList();
        Assert.Equal(
            41, refusals.Select(line => line.GetProperty("row").GetString() + line.GetProperty("case").GetString()).Distinct().Count());
        Assert.All(
            refusals, line =>
                Assert.True(
                    line.GetProperty("rule").GetString() == "forward-refused" || line.TryGetProperty("verdictId", out _), line.ToString()));
        Assert.Equal(0, tour.ExitCode);
    }

    [Fact]
    public async Task A_silent_server_is_no_wait_and_its_bounce_is_reported_in_whole_sentences_of_the_readers_language()
    {
        var tour = await ChildProcess.RunAsync(
            "dotnet", [Path.Combine(AppContext.BaseDirectory, "gatepost.dll"), "tour", "--row", "B16", "--lang", "ru"],
            TestContext.Current.CancellationToken);

        Assert.Equal(0, tour.ExitCode);
        string output = System.Text.RegularExpressions.Regex.Replace(tour.Output, @"\s+", " ");
        Assert.Contains("отчёт: Ваше письмо не удалось доставить по этому адресу:", output, StringComparison.Ordinal);
        Assert.Contains("отчёт: Письмо так долго не удавалось передать, что сервер прекратил попытки.", output, StringComparison.Ordinal);
        Assert.Contains("441 The recipient's server is not responding", output, StringComparison.Ordinal);
        Assert.Contains("110 4.4.1 connect to mx.deaf.example", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_short_form_is_a_line_for_each_case_below_the_contents()
    {
        var tour = await ChildProcess.RunAsync(
            "dotnet", [Path.Combine(AppContext.BaseDirectory, "gatepost.dll"), "tour", "--short", "--lang", "en"],
            TestContext.Current.CancellationToken);

        string[] lines = tour.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("Nobody there: B01 B02", lines[0]);
        Assert.Contains(lines, line => line.StartsWith("B39a  The mailbox is over its limit: 552 ", StringComparison.Ordinal));
        Assert.InRange(lines.Length, 70, 130);
    }

    [Fact]
    public async Task A_row_that_is_not_there_is_told_so() =>
        Assert.Equal(
            64, (
                await ChildProcess.RunAsync("dotnet", [Path.Combine(AppContext.BaseDirectory, "gatepost.dll"), "tour", "--row", "Z99"],
                    TestContext.Current.CancellationToken)).ExitCode);
}
