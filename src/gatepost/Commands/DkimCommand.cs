using System.CommandLine;
using System.Text.Json;
using Gatepost.MailAuth.Dkim;
using Gatepost.Replies;
using Gatepost.Web.Control;

namespace Gatepost.Commands;

/// <summary><c>gatepost dkim list|new|rotate|retire</c>: the keys that sign mail of hosted domains.</summary>
internal static class DkimCommand
{
    public static Command Build() => new("dkim")
    {
        List(),
        Make("new", KeyVerb.New),
        Make("rotate", KeyVerb.Rotate),
        Retire(),
    };

    private static Argument<string> Domain() => new("domain");

    private static Command List()
    {
        var domain = new Argument<string?>("domain") { Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("list")
        {
            domain, CommandLine.Config, CommandLine.Data, CommandLine.Json,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            var answer = await RunAsync(parsed, new KeyRequest(KeyVerb.List, parsed.GetValue(domain)), cancel);
            return answer.Keys.Count > 0 ? ExitCode.Done : ExitCode.Nothing;
        });
        return command;
    }

    private static Command Make(string name, KeyVerb verb)
    {
        var domain = Domain();
        var command = new Command(name) { domain, CommandLine.Config, CommandLine.Data, CommandLine.Json };
        command.SetAction(async (parsed, cancel) =>
        {
            var answer = await RunAsync(parsed, new KeyRequest(verb, parsed.GetRequiredValue(domain)), cancel);
            return answer.Refusal is null ? ExitCode.Done : ExitCode.Nothing;
        });
        return command;
    }

    private static Command Retire()
    {
        var domain = Domain();
        var selector = new Argument<string>("selector");
        var command = new Command("retire")
        {
            domain, selector, CommandLine.Config, CommandLine.Data, CommandLine.Json,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            var request = new KeyRequest(KeyVerb.Retire, parsed.GetRequiredValue(domain), parsed.GetRequiredValue(selector));
            return (await RunAsync(parsed, request, cancel)).Refusal is null ? ExitCode.Done : ExitCode.Nothing;
        });
        return command;
    }

    private static async Task<KeyAnswer> RunAsync(ParseResult parsed, KeyRequest request, CancellationToken cancel)
    {
        var answer = await AskAsync(parsed, request, cancel);
        Write(parsed, answer.Keys);
        return answer;
    }

    /// <summary>By the running server where there is one, else on its files; prints what is wrong, not the keys.</summary>
    internal static async Task<KeyAnswer> AskAsync(ParseResult parsed, KeyRequest request, CancellationToken cancel)
    {
        KeyAnswer answer;
        if (await QueueControls.FindServerAsync(parsed, cancel) is { } running)
        {
            await using (running)
                answer = await running.RunAsync(request, cancel);
        }
        else
        {
            answer = await QueueControls.OnKeysAsync(parsed, request, cancel);
        }

        foreach (var fault in answer.Faults)
            parsed.WriteError(fault);
        if (answer.Refusal is { } refusal)
            parsed.WriteError(refusal);
        return answer;
    }

    private static void Write(ParseResult parsed, IReadOnlyList<KeyLine> keys)
    {
        if (parsed.GetValue(CommandLine.Json))
        {
            var output = parsed.InvocationConfiguration.Output;
            foreach (var key in keys)
                output.WriteLine(JsonSerializer.Serialize(key, ProgramJson.Lines.KeyLine));
            return;
        }

        Write(keys, Terminal.Standard, CommandTexts.Of(parsed));
    }

    internal static void Write(IEnumerable<KeyLine> keys, Terminal terminal, Texts texts)
    {
        foreach (var key in keys)
        {
            string state = texts.Say(
                key.State switch
                {
                    "waiting" => "dkim.waiting",
                    "active" => "dkim.active",
                    _ => "dkim.retiring",
                },
                ("since", key.Since));
            terminal.WriteLine($"{key.Domain}  {key.Selector}  {key.Algorithm}  {state}");
            terminal.WriteLine($"  {key.RecordName}. TXT {SigningKey.StringsOf(key.Record)}");
        }
    }
}
