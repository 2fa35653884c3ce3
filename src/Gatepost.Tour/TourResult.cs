using Gatepost.Replies;
using Gatepost.Replies.Catalogue;

namespace Gatepost.Tour;

/// <summary>How one scene went in one form.</summary>
internal sealed record TourResult
{
    /// <summary>What a paragraph of the bounce begins with in <see cref="Conversation"/>.</summary>
    internal const string BounceMark = "bounce: ";

    /// <summary>What a line about the queue begins with in <see cref="Conversation"/>.</summary>
    internal const string QueueMark = "queue: ";

    public required TourScenario Scene { get; init; }

    /// <summary><c>classic</c> or <c>modern</c>.</summary>
    public required string Form { get; init; }

    /// <summary>
    /// What was said, ours with <c>S: </c>, the client's with <c>C: </c>; in a delivery ours with <c>-&gt; </c>, the other server's with
    /// <c>&lt;- </c>, then what the queue recorded and the bounce.
    /// </summary>
    public IReadOnlyList<string> Conversation { get; init; } = [];

    /// <summary>The last reply, or what the queue recorded first.</summary>
    public required string Reply { get; init; }

    /// <summary>The command it answers.</summary>
    public required string Stage { get; init; }

    public string? Rule { get; init; }

    public string? VerdictId { get; init; }

    public IReadOnlyList<Fact> Facts { get; init; } = [];

    public required Explanation Explanation { get; init; }

    /// <summary>What was not as it should be; null if all was.</summary>
    public string? Fault { get; init; }
}
