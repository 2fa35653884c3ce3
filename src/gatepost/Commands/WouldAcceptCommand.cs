using System.CommandLine;
using System.Net;
using System.Text.Json;
using Gatepost.Composition;
using Gatepost.Configuration;
using Gatepost.Dns;
using Gatepost.Files;
using Gatepost.Forwarding;
using Gatepost.MailAuth.Srs;
using Gatepost.Policy.Directory;
using Gatepost.Policy.DryRuns;
using Gatepost.Policy.Engine;
using Gatepost.Replies;
using Gatepost.Smtp;
using Gatepost.Storage.Addresses;
using Gatepost.Storage.State;
using Gatepost.Web.Control;
using Spectre.Console;

namespace Gatepost.Commands;

/// <summary>
/// <c>gatepost would-accept</c>: what the rules would say to a session now, step by step, with nothing sent and nothing counted.
/// </summary>
internal static class WouldAcceptCommand
{
    private const int MaxArgument = 320;
    private const int MaxMessage = 64 * 1024 * 1024;

    private static readonly Option<string> Ip = new("--ip") { HelpName = "ADDRESS", DefaultValueFactory = _ => "127.0.0.1" };
    private static readonly Option<string?> Helo = new("--helo") { HelpName = "NAME" };
    private static readonly Option<string> From = new("--from") { HelpName = "ADDRESS", DefaultValueFactory = _ => "" };
    private static readonly Option<string[]> To = new("--to") { HelpName = "ADDRESS", Required = true };
    private static readonly Option<string?> User = new("--user")
    {
        HelpName = "ADDRESS"
    };
    private static readonly Option<bool> Tls = new("--tls");
    private static readonly Option<FileInfo?> Message = new("--message") { HelpName = "FILE" };
    private static readonly Option<string?> Role = RoleOption();

    public static Command Build()
    {
        var command = new Command("would-accept")
        {
            Ip, Helo, From, To, User, Tls, Message, Role, CommandLine.Config, CommandLine.Data, CommandLine.Dns, CommandLine.Json,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static Option<string?> RoleOption()
    {
        var option = new Option<string?>("--role") { HelpName = "mx|submission|internal|lmtp" };
        option.AcceptOnlyFromAmong("mx", "submission", "internal", "lmtp");
        return option;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        var (settings, _) = CommandLine.LoadSettings(parsed);
        if (Read(parsed, settings) is not { } question)
            return ExitCode.Usage;

        var time = TimeProvider.System;
        var resolver = new DnsResolver(settings.Dns, time);
        // What a running server has counted is in its data folder within a moment; nothing is written to it.
        var state = new StateReading(settings.Data);
        var srs = new SrsRewriter(
            new SrsSecretFile(settings.Data, why => parsed.InvocationConfiguration.Error.WriteLine($"gatepost: {why}")), time);
        var parts = PolicyParts.Build(resolver, time, state, state, srs: srs, stopping: cancel);
        using var tables = DirectoryTables.OpenReadOnly(settings.Data);
        var directory = tables is null ? (IDirectory)DirectoryFromSettings.Build(settings)
            : new DirectoryParts(tables, settings, null, null, time).Current;
        var book = new RuleEngine(RoomOptions.Policy(settings), directory, parts, new Random());
        var steps = await DryRun.RunAsync(book, question, cancel);
        if (parsed.GetValue(CommandLine.Json))
        {
            foreach (var step in steps)
                Console.Out.WriteLine(JsonSerializer.Serialize(new DryRunLine(step), ProgramJson.Lines.DryRunLine));
        }
        else
        {
            Write(steps, Terminal.Standard, ReaderCatalogue.For(parsed));
        }

        return steps.All(step => step.Verdict.Passes) ? ExitCode.Done : 1;
    }

    private static DryRunQuestion? Read(ParseResult parsed, Settings settings)
    {
        var problems = new List<Finding>();
        if (!IPAddress.TryParse(parsed.GetValue(Ip), out var client))
            problems.Add(OurEvidence.OptionNoIp.Say("--ip", parsed.GetValue(Ip)!));
        // What is no address is the server's to refuse, in its own words; only what would be another command is not sent.
        var given = parsed.GetValue(To)!.Select(to => ("--to", to)).Append(("--from", parsed.GetValue(From)!))
            .Append(("--helo", parsed.GetValue(Helo) ?? "x"));
        foreach (var (option, text) in given)
        {
            if (text.AsSpan().ContainsAny('\r', '\n') || text.Length > MaxArgument)
                problems.Add(OurEvidence.OptionTooLong.Say(option, text, MaxArgument));
        }

        var file = parsed.GetValue(Message);
        if (file is not null && (!file.Exists || file.Length > MaxMessage))
            problems.Add(
                file.Exists ? OurEvidence.FileTooLarge.Say($"{file}", new Octets(MaxMessage)) : OurEvidence.NoSuchFile.Say($"{file}"));
        foreach (var problem in problems)
            parsed.WriteError(problem);
        if (problems.Count > 0)
            return null;

        string? user = parsed.GetValue(User);
        var role = parsed.GetValue(Role) is { } named ? Enum.Parse<ListenerRole>(named, ignoreCase: true)
            : user is null ? ListenerRole.Mx : ListenerRole.Submission;
        var server = RoomOptions.Smtp(settings, null, NoCertificates.Instance);
        return new DryRunQuestion
        {
            Server = server,
            Listener = server.Listeners.FirstOrDefault(listener => listener.Role == role),
            Client = client!,
            Role = role,
            Helo = parsed.GetValue(Helo),
            Sender = parsed.GetValue(From)!,
            Recipients = parsed.GetValue(To)!,
            User = user,
            Tls = parsed.GetValue(Tls),
            Message = file is null ? (ReadOnlyMemory<byte>?)null : MessageFile.OnTheWire(File.ReadAllBytes(file.FullName)),
            Room = size => HasRoom(settings.Data, size) ? StoreOutcome.Kept : StoreOutcome.Full,
        };
    }

    private static bool HasRoom(string folder, long size)
    {
        try
        {
            return new DriveInfo(Path.GetFullPath(folder)).AvailableFreeSpace - size >= RoomOptions.MinimumFree;
        }
        catch (Exception failure) when (Disk.IsFailure(failure) || failure is ArgumentException)
        {
            // What cannot be measured is no reason to say no.
            return true;
        }
    }

    internal static void Write(IReadOnlyList<DryRunStep> steps, Terminal terminal, ReplyExplainer meanings)
    {
        var texts = meanings.Texts;
        foreach (var step in steps)
        {
            terminal.WriteLine(SafeText.Of(step.Asked.In(texts)), Color.White);
            if (step.Verdict.Reply is { } reply)
            {
                terminal.WriteWrapped("  ", texts.Say("would-accept.refused") + ": ", reply.ToString(), Color.Yellow);
                terminal.WriteWrapped("  ", $"{step.Verdict.Rule}: ", texts.Show(step.Verdict.Why));
            }
            else
            {
                terminal.WriteLine("  " + texts.Say("would-accept.passes"), Color.Green);
            }

            foreach (var fact in step.Verdict.Facts)
                terminal.WriteWrapped("    ", $"{fact.LabelIn(texts)}: ", fact.ValueIn(texts));
            if (step.Verdict.Reply is { } refusal)
                ExplanationPrinter.Write(terminal, "    ", null, meanings.Knowledge.Explain(refusal), texts);
        }
    }
}

/// <summary>A line of <c>gatepost would-accept --json</c>.</summary>
internal sealed record DryRunLine
{
    public DryRunLine(DryRunStep step)
    {
        Stage = step.Stage?.ToString();
        Asked = step.Asked.ToString();
        Passes = step.Verdict.Passes;
        Rule = step.Verdict.Rule;
        Why = step.Verdict.Why;
        Reply = step.Verdict.Reply?.ToString();
        Facts = step.Verdict.Facts;
    }

    public string? Stage { get; }

    public string Asked { get; }

    public bool Passes { get; }

    public string Rule { get; }

    public Finding Why { get; }

    public string? Reply { get; }

    public IReadOnlyList<Fact> Facts { get; }
}
