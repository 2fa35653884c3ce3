using System.CommandLine;
using Gatepost.Configuration;
using Gatepost.Replies;
using Gatepost.Replies.Catalogue;

namespace Gatepost.Commands;

/// <summary><c>gatepost manual PAGE</c>: the manual pages that are generated from the program itself.</summary>
internal static class ManualCommand
{
    public static Command Build()
    {
        var page = new Argument<string>("page");
        page.AcceptOnlyFromAmong("configuration", "replies");
        var folder = new Option<string>(
            "--out")
        { HelpName = "DIR", DefaultValueFactory = _ => "docs/replies" };
        var command = new Command("manual") { page, folder };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(page) == "replies")
                return WriteReplies(parsed.GetValue(folder)!, CommandTexts.Of(parsed), parsed.InvocationConfiguration.Output);
            parsed.InvocationConfiguration.Output.Write(ManualPage.Write(CommandTexts.Of(parsed)));
            return ExitCode.Done;
        });
        return command;
    }

    private static int WriteReplies(string folder, Texts texts, TextWriter output)
    {
        int pages = 0;
        foreach (var (path, text) in ReplyPages.All(ReplyDatabase.BuiltIn))
        {
            string file = Path.Combine(folder, path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, text);
            pages++;
        }

        output.WriteLine(texts.Say("manual.written", ("count", pages), ("folder", folder)));
        return ExitCode.Done;
    }
}
