namespace Gatepost.Replies;

/// <summary>What became of the message, and with it whether anything tries again by itself.</summary>
public enum MessageOutcome
{
    /// <summary>Not said.</summary>
    Unknown,

    /// <summary>A server said yes or "go on" (2yz, 3yz): no refusal, and no delivery into a mailbox yet.</summary>
    Accepted,

    /// <summary>Delivered, or handed on to a system that reports nothing further.</summary>
    Delivered,

    /// <summary>In a queue; the server that has it tries again by itself.</summary>
    StillTrying,

    /// <summary>A queue tried for a time, gave up and returned it.</summary>
    GivenUp,

    /// <summary>Refused permanently, at the first attempt.</summary>
    Refused,

    /// <summary>A mail program, script or web form could not hand it over: no server has it, nothing tries again by itself.</summary>
    NotSent,
}
