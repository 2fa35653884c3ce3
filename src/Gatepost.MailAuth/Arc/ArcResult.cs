using Gatepost.Replies;

namespace Gatepost.MailAuth.Arc;

/// <summary>What the ARC chain of a message is worth (RFC 8617 §5.2).</summary>
public sealed record ArcResult
{
    /// <summary><see cref="AuthResult.None"/>, <see cref="AuthResult.Pass"/>, <see cref="AuthResult.Fail"/>, or
    /// <see cref="AuthResult.TempError"/> when DNS was silent about a key.</summary>
    public required AuthResult Result { get; init; }

    /// <summary>The sets of the chain as far as they could be read, the first sealer first.</summary>
    public IReadOnlyList<ArcHop> Hops { get; init; } = [];

    /// <summary>The lowest instance whose message signature still holds: the message was not changed since (RFC 8617 §5.2, oldest-pass);
    /// 0 when all hold or none was asked for.</summary>
    public int OldestPass { get; init; }

    /// <summary>Why, in order; never empty.</summary>
    public required IReadOnlyList<Finding> Steps { get; init; }

    /// <summary>What a new seal says of this chain, cv=. Every error is final, also silence of DNS (RFC 8617 §5.2.1).</summary>
    internal string ChainStatus => Result switch
    {
        AuthResult.None => "none",
        AuthResult.Pass => "pass",
        _ => "fail",
    };
}

/// <summary>One set of a chain.</summary>
/// <param name="Instance">1 for the first.</param>
/// <param name="Domain">Who sealed it: d= of the seal.</param>
/// <param name="Selector">s= of the seal.</param>
/// <param name="Results">What that server found when the message came to it: ARC-Authentication-Results behind the instance.</param>
public sealed record ArcHop(int Instance, string Domain, string Selector, string Results);
