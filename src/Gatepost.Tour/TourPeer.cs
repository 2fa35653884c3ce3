namespace Gatepost.Tour;

/// <summary>What the server at the other end does to our message.</summary>
internal enum PeerTrick
{
    /// <summary>There is no other end: DNS already says so.</summary>
    None,

    /// <summary>No way leads to its address.</summary>
    Unreachable,

    /// <summary>Nothing listens at its port.</summary>
    Refuses,

    /// <summary>Its port takes no more connections and says nothing.</summary>
    Deaf,

    /// <summary>It falls silent after DATA.</summary>
    SilentAtData,

    /// <summary>It hangs up after RCPT.</summary>
    HangsUpAfterRecipient,

    /// <summary>It answers RCPT with its line.</summary>
    AnswersRecipient,

    /// <summary>It answers the end of the message with its line.</summary>
    AnswersMessage,
}

/// <summary>A mail server of another party, on a loopback address of its own.</summary>
/// <param name="Domain">Whose mail it takes; see the zone of <see cref="TourWorld"/>.</param>
/// <param name="Address">Where it listens, or does not.</param>
/// <param name="Trick">What it does.</param>
/// <param name="Classic">The line it says, as the source list has it.</param>
/// <param name="Modern">The same as today's servers say it.</param>
internal sealed record TourPeer(string Domain, string Address, PeerTrick Trick, string Classic = "", string Modern = "")
{
    /// <summary>The recipient the scene writes to; the other server takes the form of its answer from it.</summary>
    public string Recipient(Replies.ReplyStyle style) => $"{(style == Replies.ReplyStyle.Classic ? "classic" : "modern")}@{Domain}";

    public string Line(string recipient) => recipient.StartsWith("modern@", StringComparison.OrdinalIgnoreCase) ? Modern : Classic;
}
