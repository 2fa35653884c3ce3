using Gatepost.Replies;

namespace Gatepost.Smtp.Client;

/// <summary>The connection cannot be used any more, or never could; says why as a catalogue entry.</summary>
/// <param name="reply">A condition of ours, or the reply with which the peer ended it (a refusing greeting, 421).</param>
/// <param name="stage">Where: one of <see cref="ClientStage"/>.</param>
public sealed class SmtpClientException(Reply reply, string stage, Exception? inner = null) : IOException(reply.ToString(), inner)
{
    public Reply Reply { get; } = reply;

    public string Stage { get; } = stage;

    /// <summary>True where a connection that had idled turned out to be over before it heard us.</summary>
    public bool Stale { get; init; }
}
