using Gatepost.Policy;
using Gatepost.Policy.Scanners;
using Gatepost.Smtp;
using Gatepost.Smtp.Server;

namespace Gatepost.Tour;

/// <summary>One case of one row of the source list: the situation, the conversation, and what the last reply must be.</summary>
internal sealed record TourScenario
{
    /// <summary><c>B01</c> to <c>B41</c>, <c>E01</c> to <c>E23</c>.</summary>
    public required string Row { get; init; }

    /// <summary><c>a</c>, <c>b</c>, <c>c</c>; empty if the row has one.</summary>
    public string Case { get; init; } = "";

    /// <summary>Row and case: <c>E01b</c>.</summary>
    public string Name => Row + Case;

    /// <summary>Where its title is in the words files, below <c>[text.tour-row]</c>.</summary>
    public string TitleKey => "tour-row." + Name;

    public ListenerRole Role { get; init; } = ListenerRole.Mx;

    /// <summary>The loopback address it comes from.</summary>
    public string From { get; init; } = "127.0.0.2";

    /// <summary>
    /// Commands in order; <c>&gt;</c> before one sends it as a line of the message, <c>AUTH user password</c> is spoken as PLAIN.
    /// </summary>
    public IReadOnlyList<string> Says { get; init; } = [];

    /// <summary>How the last reply begins in the list's form.</summary>
    public string Classic { get; init; } = "";

    /// <summary>How it begins in the standards' form; the same where empty.</summary>
    public string Modern { get; init; } = "";

    /// <summary>The rule that decides; null if the wire itself does.</summary>
    public string? Rule { get; init; }

    /// <summary>
    /// For codes that never cross the wire as our reply: the source list's own line, which must be explained like what the queue records.
    /// </summary>
    public string? Told { get; init; }

    /// <summary>
    /// The other end of a delivery; null if the client talks to our server. The scene is then played by <see cref="TourQueue"/>.
    /// </summary>
    public TourPeer? Peer { get; init; }

    /// <summary>The domain of ours whose addresses forward to <see cref="Peer"/>; null if it is written to directly.</summary>
    public string? ForwardedBy { get; init; }

    /// <summary>What the list's own line may be explained as beside <see cref="Reasons"/>, where it names the cause less closely
    /// than our reply; null for none.</summary>
    public string? ListedReason { get; init; }

    /// <summary>The status of the bounce if the message fails immediately.</summary>
    public string? BounceStatus { get; init; }

    /// <summary>The reasons such a line may be explained by.</summary>
    public IReadOnlyList<string> Reasons { get; init; } = [];

    public Func<PolicyOptions, PolicyOptions> Policy { get; init; } = options => options;

    public Func<SmtpServerOptions, SmtpServerOptions> Server { get; init; } = options => options;

    /// <summary>What the filter says; null if there is none.</summary>
    public Scan? Scan { get; init; }

    /// <summary>Whether the disk is full.</summary>
    public bool DiskFull { get; init; }

    /// <summary>Connections the same client holds open at the same time.</summary>
    public int Holds { get; init; }
}
