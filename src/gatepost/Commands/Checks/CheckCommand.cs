using System.CommandLine;

namespace Gatepost.Commands;

/// <summary><c>gatepost check</c>: what DNS, servers and signatures of others say, with the reasons.</summary>
internal static class CheckCommand
{
    public static Command Build() => new(
        "check", "Check domains, mail servers and messages, step by step. Exit status 1 unless the result is pass.")
    {
        ArcCheckCommand.Build(),
        MessageCheckCommand.Build(),
        DomainCheckCommand.Build(),
        StsCheckCommand.Build(),
        TlsCheckCommand.Build("dane", "Compare the TLSA records of each mail server (DANE) with the certificate it shows."),
        TlsCheckCommand.Build("tls", "Begin TLS with each mail server as delivery would, and say which policy demands what."),
        SpfCheckCommand.Build(),
        DkimCheckCommand.Build(),
        DmarcCheckCommand.Build(),
    };
}
