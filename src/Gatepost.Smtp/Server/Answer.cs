using Gatepost.Replies;

namespace Gatepost.Smtp.Server;

/// <summary>What the server answers to one command: the reply and the verdict behind it travel together.</summary>
/// <param name="Reply">What is said.</param>
/// <param name="Verdict">The verdict of the gatekeeper that was asked for this reply; null if none was asked.</param>
public readonly record struct Answer(Reply Reply, Verdict? Verdict = null)
{
    /// <summary>The queue id of the message this reply accepts; null otherwise.</summary>
    public string? QueueId { get; init; }

    /// <summary>With LMTP, the recipients each of whom gets the reply once (RFC 2033 §4.2); null if it is said once.</summary>
    public IReadOnlyList<EnvelopeRecipient>? Each { get; init; }

    /// <summary>Whether the connection ends after it.</summary>
    public bool Closes { get; init; }

    /// <summary>A refusal by the gatekeeper.</summary>
    internal static Answer Refused(Verdict verdict) => new(verdict.Reply!, verdict) { Closes = verdict.Disconnect };

    public static implicit operator Answer(Reply reply) => new(reply);
}
