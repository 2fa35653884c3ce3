using Gatepost.Replies;

namespace Gatepost.Publishing;

/// <summary>How one part of a domain looks in DNS.</summary>
internal enum CheckState
{
    Good,

    /// <summary>Mail works without it; it should be there.</summary>
    Advice,

    Wrong,

    /// <summary>DNS or a web server did not answer: nothing was learnt.</summary>
    Unanswered,
}

/// <summary>One line of <c>gatepost check domain</c>.</summary>
/// <param name="Part">As in JSON: <c>mx</c>, <c>spf</c>.</param>
/// <param name="Steps">What was found, and what is missing.</param>
/// <param name="Who">Who must act; null for no one.</param>
internal sealed record DomainCheckItem(string Part, CheckState State, IReadOnlyList<Finding> Steps, Finding? Who = null);
