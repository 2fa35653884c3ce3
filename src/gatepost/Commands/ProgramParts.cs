using System.Diagnostics.CodeAnalysis;
using Gatepost.Replies;

namespace Gatepost.Commands;

/// <summary>What this build of the program holds.</summary>
internal static class ProgramParts
{
    private const string Server = "Gatepost.HasServer";

    /// <summary>False in the machine code that serves the short verbs: there it would only be in the way at each start.</summary>
    [FeatureSwitchDefinition(Server)]
    public static bool HasServer => !AppContext.TryGetSwitch(Server, out bool has) || has;

    /// <summary>What a verb says that needs the server where there is none.</summary>
    public static Control.ControlException NoServer() => new(ExitCode.Software, OurEvidence.NoServerInBuild.Say());
}
