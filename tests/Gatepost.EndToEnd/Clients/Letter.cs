using Gatepost.EndToEnd.Harness;

namespace Gatepost.EndToEnd.Clients;

public enum Protection
{
    None,
    StartTls,
    Implicit,
}

/// <summary>What a foreign client is told to send.</summary>
public sealed record Letter
{
    public required int Port { get; init; }

    public required Protection Protection { get; init; }

    public required string From { get; init; }

    public required IReadOnlyList<string> Recipients { get; init; }

    public required byte[] Octets { get; init; }

    /// <summary>Whom the client must trust.</summary>
    public required Certificates Tls { get; init; }

    public bool NeedsUtf8 => !From.All(char.IsAscii) || Recipients.Any(recipient => !recipient.All(char.IsAscii));
}

/// <summary>Somebody else's mail program, driven by its own command line or interface.</summary>
public interface IForeignClient
{
    /// <summary>Whether it can ask for SMTPUTF8 (RFC 6531).</summary>
    bool SpeaksUtf8 { get; }

    /// <summary>Skips the test where the program is missing.</summary>
    void Need();

    /// <summary>Sends it; the octets that really left are returned where the program changes messages, else null.</summary>
    /// <exception cref="ClientRefusedException">The server refused, or the client gave up.</exception>
    Task<byte[]?> SendAsync(Letter letter, ScratchFolder scratch, CancellationToken cancel);
}

/// <summary>The client did not get rid of the letter; the message is what it said.</summary>
public sealed class ClientRefusedException(string said) : Exception(said)
{
    public static void ThrowUnlessDone(Finished run)
    {
        if (run.ExitCode != 0)
            throw new ClientRefusedException(run.ToString());
    }
}
