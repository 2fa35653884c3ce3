using System.CommandLine;

namespace Gatepost.Commands;

/// <summary><c>gatepost check</c>: what DNS, servers and signatures of others say, with the reasons.</summary>
internal static class CheckCommand
{
    public static Command Build() => new("check")
    {
        ArcCheckCommand.Build(),
        MessageCheckCommand.Build(),
        DomainCheckCommand.Build(),
        StsCheckCommand.Build(),
        TlsCheckCommand.Build("dane"),
        TlsCheckCommand.Build("tls"),
        SpfCheckCommand.Build(),
        DkimCheckCommand.Build(),
        DmarcCheckCommand.Build(),
    };
}
