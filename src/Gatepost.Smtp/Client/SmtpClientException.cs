using Gatepost.Replies;

namespace Gatepost.Smtp.Client;

/// <summary>The connection cannot be used any more, or was never opened; says why as a catalogue entry.</summary>
/// <param name="reply">A condition of ours, or the reply with which the peer ended it (a refusing greeting, 421).</param>
/// <param name="stage">Where it happened.</param>
public sealed class SmtpClientException(Reply reply, Stage stage, Exception? inner = null) : IOException(reply.ToString(), inner)
{
    public Reply Reply { get; } = reply;

    public Stage Stage { get; } = stage;

    /// <summary>True if an idle connection had been closed before it read our first command.</summary>
    public bool Stale { get; init; }
}
