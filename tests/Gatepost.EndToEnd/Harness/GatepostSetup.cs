using System.Globalization;

namespace Gatepost.EndToEnd.Harness;

/// <summary>A gatepost.toml for tests: every role on a loopback port of its own, the domain demo.test, and what a test adds.</summary>
public sealed class GatepostSetup
{
    /// <summary>Role mx: mail from the world.</summary>
    public int Mx { get; } = Loopback.FreePort();

    /// <summary>Role mx with TLS from the first octet.</summary>
    public int MxImplicitTls { get; } = Loopback.FreePort();

    public int Submission { get; } = Loopback.FreePort();

    /// <summary>Role internal: may send to anywhere.</summary>
    public int Internal { get; } = Loopback.FreePort();

    public int Lmtp { get; } = Loopback.FreePort();

    public int Http { get; } = Loopback.FreePort();

    /// <summary>Mailboxes of demo.test.</summary>
    public IReadOnlyList<string> Mailboxes { get; init; } = ["ann", "bob"];

    /// <summary>Whether the configuration names one; without it a test orders one.</summary>
    public bool HasCertificate { get; init; } = true;

    public string HostName { get; init; } = "mx.demo.test";

    /// <summary>The network the internal listener trusts; its clients are no strangers anywhere.</summary>
    public string InternalTrusts { get; init; } = "127.0.0.0/8";

    /// <summary>Further keys of the domain: <c>aliases = { far = "x@far.test" }</c>.</summary>
    public string DomainKeys { get; init; } = "";

    /// <summary>Further keys of <c>[http]</c>.</summary>
    public string HttpKeys { get; init; } = "";

    /// <summary>Further sections: <c>[limits]</c>, <c>[queue]</c>, <c>[delivery]</c>, <c>[dns]</c>, <c>[[transport]]</c>, ...</summary>
    public string Sections { get; set; } = "";

    /// <summary>Of the program, beside that of the test.</summary>
    public IReadOnlyDictionary<string, string>? Environment { get; init; }

    public string ToToml(Certificates tls) => string.Create(CultureInfo.InvariantCulture, $"""
        hostname = "{HostName}"

        {(HasCertificate ? $"[[certificate]]\nfile = \"{tls.ChainFile}\"\nkey = \"{tls.KeyFile}\"" : "")}

        [[listener]]
        role = "mx"
        address = "127.0.0.1:{Mx}"

        [[listener]]
        role = "mx"
        address = "127.0.0.1:{MxImplicitTls}"
        tls = "implicit"

        [[listener]]
        role = "submission"
        address = "127.0.0.1:{Submission}"

        [[listener]]
        role = "internal"
        address = "127.0.0.1:{Internal}"
        trusted = ["{InternalTrusts}"]

        [[listener]]
        role = "lmtp"
        address = "127.0.0.1:{Lmtp}"

        [[domain]]
        name = "demo.test"
        mailboxes = [{string.Join(", ", Mailboxes.Select(mailbox => $"\"{mailbox}\""))}]
        {DomainKeys}

        [http]
        address = "127.0.0.1:{Http}"
        {HttpKeys}

        {Sections}

        """);
}
