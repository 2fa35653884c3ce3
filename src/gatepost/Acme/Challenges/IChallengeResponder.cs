namespace Gatepost.Acme.Challenges;

/// <summary>Shows an authority that a name is ours.</summary>
internal interface IChallengeResponder
{
    /// <summary>Which challenge it answers: <c>http-01</c>, <c>dns-01</c>.</summary>
    string Type { get; }

    /// <summary>Publishes the answer; completes when the authority can see it.</summary>
    /// <param name="name">The name to be shown, in A-labels.</param>
    /// <param name="token">Of the challenge.</param>
    /// <param name="answer">The key authorization (RFC 8555 §8.1).</param>
    /// <exception cref="Protocol.AcmeException">It cannot be published.</exception>
    Task SetAsync(string name, string token, string answer, CancellationToken cancel);

    /// <summary>Takes it back; a failure is reported by the responder, because the order does not depend on it.</summary>
    Task ClearAsync(string name, string token, string answer);
}
