using Gatepost.EndToEnd.Components;
using Gatepost.EndToEnd.Harness;
using Xunit;

namespace Gatepost.EndToEnd.Filters;

/// <summary>Filters that fail: mail waits or passes marked, as configured, and nothing is ever concluded from silence.</summary>
public sealed class FilterFaultTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("clamd", FilterFault.Dead)]
    [InlineData("clamd", FilterFault.Silent)]
    [InlineData("clamd", FilterFault.DyingInTheMiddle)]
    [InlineData("clamd", FilterFault.Garbage)]
    [InlineData("rspamd", FilterFault.Dead)]
    [InlineData("rspamd", FilterFault.Silent)]
    [InlineData("rspamd", FilterFault.DyingInTheMiddle)]
    [InlineData("rspamd", FilterFault.Garbage)]
    [InlineData("milter", FilterFault.Dead)]
    [InlineData("milter", FilterFault.Silent)]
    [InlineData("milter", FilterFault.DyingInTheMiddle)]
    [InlineData("milter", FilterFault.Garbage)]
    public async Task A_filter_that_fails_defers_mail_or_lets_it_pass_marked(string kind, FilterFault fault)
    {
        await using var filter = new FaultyFilter { Fault = fault };
        await using var server = await GatepostServer.StartAsync(Cancel, new() { Sections = Section(kind, filter.Port, "defer") });
        await using var client = await server.ClientAsync(Cancel);
        string reply = await client.SendMessageAsync("sender@client.test", "ann@demo.test", SampleMessage.Small("deferred"), Cancel,
            "451 4.7.1 Service unavailable - try again later");
        string id = VerdictId(reply);
        await TracedAsync(server, id, "filter-unavailable", $"filter {kind}");

        server.Setup.Sections = Section(kind, filter.Port, "pass");
        server.WriteConfiguration();
        Assert.Equal(0, (await server.RunAsync(Cancel, "reload")).ExitCode);
        byte[] sent = SampleMessage.Tricky("sender@client.test", "ann@demo.test");
        await client.SendMessageAsync("sender@client.test", "ann@demo.test", sent, Cancel);
        byte[] received = await server.ReceivedAsync("ann", "X-Gatepost-Unscanned: " + kind, Cancel);
        Octets.ArrivedAsSent(sent, received);
    }

    [Fact]
    public async Task A_real_filter_may_freeze_die_and_come_back()
    {
        await using var clamd = await ClamdInstance.StartAsync(Cancel);
        await using var server = await GatepostServer.StartAsync(Cancel, new() { Sections = Section("clamd", clamd.Port, "defer") });
        await using var client = await server.ClientAsync(Cancel);
        await client.SendMessageAsync("sender@client.test", "ann@demo.test", SampleMessage.Small("healthy"), Cancel);
        clamd.Freeze();
        await client.SendMessageAsync("sender@client.test", "ann@demo.test", SampleMessage.Small("frozen"), Cancel, "451 4.7.1");
        clamd.Thaw();
        await client.SendMessageAsync("sender@client.test", "ann@demo.test", SampleMessage.Small("thawed"), Cancel);
        await clamd.KillAsync();
        await client.SendMessageAsync("sender@client.test", "ann@demo.test", SampleMessage.Small("killed"), Cancel, "451 4.7.1");
        await clamd.StartAgainAsync(Cancel);
        await client.SendMessageAsync("sender@client.test", "ann@demo.test", SampleMessage.Small("back again"), Cancel);
        await server.ReceivedAsync("ann", "back again", Cancel);
    }

    private static string Section(string kind, int port, string away) => $"""
        [[scanner]]
        name = "{kind}"
        kind = "{kind}"
        address = "127.0.0.1:{port}"
        timeout = "2s"
        when-away = "{away}"
        """;

    internal static string VerdictId(string reply)
    {
        int from = reply.IndexOf("[G-", StringComparison.Ordinal);
        Assert.True(from > 0, "no case number in: " + reply);
        return reply[(from + 1)..reply.IndexOf(']', from)];
    }

    /// <summary>Waits until the record behind the case number tells all that.</summary>
    internal static async Task<string> TracedAsync(GatepostServer server, string id, params string[] told)
    {
        string story = "";
        await Eventually.TrueAsync(
            async () => told.All((story = (await server.RunAsync(Cancel, "trace", id)).Output).Contains),
            () => story,
            Cancel,
            $"the trace of {id} tells {string.Join(", ", told)}");
        return story;
    }
}
