using System.CommandLine;

namespace Gatepost.Commands;

/// <summary><c>gatepost check</c>: what others' records and signatures say, with the reasons.</summary>
internal static class CheckCommand
{
    public static Command Build() => new(
        "check", "Check what DNS and a message say of who sent it, step by step. Exit status 1 unless the result is pass.")
    {
        ArcCheckCommand.Build(),
        MessageCheckCommand.Build(),
        SpfCheckCommand.Build(),
        DkimCheckCommand.Build(),
        DmarcCheckCommand.Build(),
    };
}
