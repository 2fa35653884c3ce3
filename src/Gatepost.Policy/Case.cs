using Gatepost.Policy.Directory;
using Gatepost.Smtp;

namespace Gatepost.Policy;

/// <summary>One session before the gate: what the rules know of it beside what the client said.</summary>
/// <remarks>One owner, its session; never used by two commands at once.</remarks>
public sealed class Case(Session session)
{
    public Session Session { get; } = session;

    /// <summary>The options in force for the command being judged.</summary>
    public required PolicyOptions Options { get; set; }

    public required IDirectory Directory { get; set; }

    public required DateTimeOffset Now { get; set; }

    /// <summary>The recipient being judged, followed to its end; set at <see cref="Stage.RcptTo"/>.</summary>
    public Resolution? Recipient { get; set; }

    /// <summary>Whether the client may send anywhere: it logged in, or it speaks from a trusted network to a listener for those.</summary>
    public bool IsTrusted =>
        Session.User is not null
        || (Session.Role == ListenerRole.Internal && Options.IsTrustedNetwork(Session.Client.Address));

    /// <summary>The sender as refusals quote it; empty for the null sender.</summary>
    public string SenderText => Session.Envelope?.Sender?.ToString() ?? "";

    /// <summary>The recipient as refusals quote it.</summary>
    public string RecipientText => Session.Candidate?.Address.ToString() ?? "";
}
