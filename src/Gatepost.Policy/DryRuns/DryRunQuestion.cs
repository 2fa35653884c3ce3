using System.Net;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Policy.DryRuns;

/// <summary>An imagined session: would this be accepted?</summary>
public sealed record DryRunQuestion
{
    public required IPAddress Client { get; init; }

    public ListenerRole Role { get; init; } = ListenerRole.Mx;

    public required string HostName { get; init; }

    /// <summary>Our address it would come in on.</summary>
    public IPAddress Local { get; init; } = IPAddress.Loopback;

    public string? Helo { get; init; }

    /// <summary>False for HELO.</summary>
    public bool IsEsmtp { get; init; } = true;

    /// <summary>Null is the null sender.</summary>
    public Mailbox? Sender { get; init; }

    public IReadOnlyList<Mailbox> Recipients { get; init; } = [];

    /// <summary>Who would have logged in; null for nobody.</summary>
    public string? User { get; init; }

    public bool Tls { get; init; }

    /// <summary>The message with CRLF line ends; null to stop before it.</summary>
    public ReadOnlyMemory<byte>? Message { get; init; }
}

/// <summary>What the rules say at one step of it.</summary>
/// <param name="Stage">The step.</param>
/// <param name="Asked">The command it stands for, for people.</param>
/// <param name="Verdict">Their verdict with its evidence.</param>
public sealed record DryRunStep(Stage Stage, string Asked, Verdict Verdict);
