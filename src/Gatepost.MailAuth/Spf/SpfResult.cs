using Gatepost.Replies;

namespace Gatepost.MailAuth.Spf;

/// <summary>What SPF says of a client, and every step on the way to it.</summary>
public sealed record SpfResult
{
    /// <summary>Never <see cref="AuthResult.Policy"/>.</summary>
    public required AuthResult Result { get; init; }

    public required SpfIdentity Identity { get; init; }

    /// <summary>The domain that was checked: without final dot, in A-labels; as given if it is no name.</summary>
    public required string Domain { get; init; }

    /// <summary>The term that decided, as published: <c>-all</c>, <c>ip4:192.0.2.0/24</c>. Null if none did.</summary>
    public string? Mechanism { get; init; }

    /// <summary>The <c>include:</c> and <c>redirect=</c> terms that lead to it, outermost first.</summary>
    public IReadOnlyList<string> Through { get; init; } = [];

    /// <summary>For <see cref="AuthResult.Fail"/>: the domain's own text, macros expanded (RFC 7208 §6.2). Not to be trusted.</summary>
    public string? Explanation { get; init; }

    /// <summary>Terms that caused questions, of the ten allowed (RFC 7208 §4.6.4).</summary>
    public int Lookups { get; init; }

    /// <summary>Those of them to which DNS had no answer, of the two allowed.</summary>
    public int Voids { get; init; }

    /// <summary>In the order in which it happened.</summary>
    public required IReadOnlyList<Finding> Steps { get; init; }
}
