using System.CommandLine;
using System.Text.Json;
using Gatepost.Replies;
using Gatepost.Signing;

namespace Gatepost.Commands;

/// <summary><c>gatepost dkim list|new|rotate|retire</c>: the keys that sign mail of hosted domains.</summary>
internal static class DkimCommand
{
    public static Command Build() => new(
        "dkim", "Keys that sign mail of hosted domains. Run it as the user of the server, whose files the keys are.")
    {
        List(),
        Make("new", "Make the first keys of a domain (the server does that by itself).", isFirst: true),
        Make("rotate", "Make new keys beside those that sign. They take over when their records are seen in DNS.", isFirst: false),
        Retire(),
    };

    private static Argument<string> Domain() => new("domain") { Description = "The domain, for example example.org." };

    private static Command List()
    {
        var domain = new Argument<string?>("domain") { Description = "Only keys of this domain.", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("list", "List keys with their state and the record each needs in DNS.")
        {
            domain, CommandLine.Config, CommandLine.Data, CommandLine.Json,
        };
        command.SetAction(parsed =>
        {
            string? only = parsed.GetValue(domain);
            var keys = Read(parsed).Where(key => only is null || key.Key.Domain.Equals(only, StringComparison.OrdinalIgnoreCase)).ToList();
            Write(parsed, keys);
            return keys.Count > 0 ? ExitCode.Done : ExitCode.Nothing;
        });
        return command;
    }

    private static Command Make(string verb, string description, bool isFirst)
    {
        var domain = Domain();
        var command = new Command(verb, description) { domain, CommandLine.Config, CommandLine.Data, CommandLine.Json };
        command.SetAction(parsed =>
        {
            string name = parsed.GetRequiredValue(domain).TrimEnd('.').ToLowerInvariant();
            var present = Read(parsed).Where(key => key.Key.Domain == name).ToList();
            var problem = isFirst && present.Count > 0 ? OurEvidence.DkimHasKeys.Say(name)
                : !isFirst && present.Exists(key => key.State == KeyState.Waiting) ? OurEvidence.DkimKeysWait.Say(name)
                : null;
            if (problem is not null)
            {
                parsed.WriteError(problem);
                return ExitCode.Nothing;
            }

            Write(parsed, Folder(parsed).MakeAll(name, TimeProvider.System.GetUtcNow()));
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Retire()
    {
        var domain = Domain();
        var selector = new Argument<string>("selector") { Description = "Of the key, as in the list." };
        var command = new Command(
            "retire", "Sign no longer with a key. Its record must stay in DNS for a week; a key that signs nothing is removed.")
        {
            domain, selector, CommandLine.Config, CommandLine.Data, CommandLine.Json,
        };
        command.SetAction(parsed =>
        {
            string name = parsed.GetRequiredValue(domain);
            var key = Read(parsed).FirstOrDefault(one => one.Key.Domain.Equals(name, StringComparison.OrdinalIgnoreCase)
                && one.Key.Selector == parsed.GetRequiredValue(selector));
            if (key is null)
            {
                parsed.WriteError(OurEvidence.DkimNoKey.Say(name, parsed.GetRequiredValue(selector)));
                return ExitCode.Nothing;
            }

            if (key.State == KeyState.Active)
                Write(parsed, [Folder(parsed).Change(key, KeyState.Retiring, TimeProvider.System.GetUtcNow())]);
            else
                Folder(parsed).Remove(key);
            return ExitCode.Done;
        });
        return command;
    }

    private static SigningKeyFolder Folder(ParseResult parsed) => new(CommandLine.LoadSettings(parsed).Settings.Data);

    private static IReadOnlyList<StoredKey> Read(ParseResult parsed) => Folder(parsed).Read(
        (file, why) => parsed.WriteError(OurEvidence.DkimKeyFileUnusable.Say(file, why)));

    private static void Write(ParseResult parsed, IReadOnlyList<StoredKey> keys)
    {
        if (parsed.GetValue(CommandLine.Json))
        {
            var output = parsed.InvocationConfiguration.Output;
            foreach (var key in keys)
                output.WriteLine(JsonSerializer.Serialize(new DkimKeyLine(key), ProgramJson.Lines.DkimKeyLine));
            return;
        }

        Write(keys, Terminal.Standard, CommandTexts.Of(parsed));
    }

    internal static void Write(IEnumerable<StoredKey> keys, Terminal terminal, Texts texts)
    {
        foreach (var key in keys)
        {
            string state = texts.Say(
                key.State switch
                {
                    KeyState.Waiting => "dkim.waiting",
                    KeyState.Active => "dkim.active",
                    _ => "dkim.retiring",
                },
                ("since", key.Since));
            terminal.WriteLine($"{key.Key.Domain}  {key.Key.Selector}  {key.Key.KeyType}  {state}");
            terminal.WriteLine($"  {key.Key.RecordName}. TXT {key.Key.RecordStrings}");
        }
    }
}

/// <summary>A line of <c>gatepost dkim --json</c>.</summary>
internal sealed record DkimKeyLine
{
    public DkimKeyLine(StoredKey key)
    {
        (Domain, Selector, Algorithm) = (key.Key.Domain, key.Key.Selector, key.Key.KeyType);
        (State, Since) = (key.State.ToString().ToLowerInvariant(), key.Since);
        (RecordName, Record) = (key.Key.RecordName, key.Key.Record);
    }

    public string Domain { get; }

    public string Selector { get; }

    public string Algorithm { get; }

    /// <summary><c>waiting</c> for its record, <c>active</c>, or <c>retiring</c>.</summary>
    public string State { get; }

    public DateTimeOffset Since { get; }

    public string RecordName { get; }

    /// <summary>The text to publish.</summary>
    public string Record { get; }
}
