using System.CommandLine;
using Gatepost.Configuration;

namespace Gatepost.Commands;

/// <summary><c>gatepost manual PAGE</c>: the manual pages that are generated from the program itself.</summary>
internal static class ManualCommand
{
    public static Command Build()
    {
        var page = new Argument<string>("page") { Description = "configuration" };
        page.AcceptOnlyFromAmong("configuration");
        var command = new Command("manual", "Print a manual page as Markdown.") { page };
        command.SetAction(parsed =>
        {
            parsed.InvocationConfiguration.Output.Write(ManualPage.Write());
            return ExitCode.Done;
        });
        return command;
    }
}
