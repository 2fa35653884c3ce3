using Gatepost.Replies;

namespace Gatepost.Web.Control;

/// <summary>What can be done with DKIM keys of hosted domains.</summary>
public enum KeyVerb
{
    List,

    /// <summary>The first keys of a domain.</summary>
    New,

    /// <summary>New keys beside those that sign; they take over when their records are seen in DNS.</summary>
    Rotate,

    /// <summary>A key signs no longer.</summary>
    Retire,
}

/// <summary>The keys that sign mail of hosted domains: of the running server, or straight from its files where none runs.</summary>
public interface IKeyControl
{
    /// <summary>Completes when the change is durable or refused.</summary>
    /// <exception cref="IOException">The disk neither gives nor takes a key.</exception>
    Task<KeyAnswer> RunAsync(KeyRequest request, CancellationToken cancel);
}

/// <param name="Verb">What to do.</param>
/// <param name="Domain">Of the keys; null lists those of all.</param>
/// <param name="Selector">Of the key to retire; null otherwise.</param>
public sealed record KeyRequest(KeyVerb Verb, string? Domain = null, string? Selector = null);

/// <param name="Keys">Those listed, made or changed; empty for one that was removed.</param>
/// <param name="Refusal">Why nothing was done; null otherwise.</param>
/// <param name="Faults">Files that hold no key, with the cause.</param>
public sealed record KeyAnswer(IReadOnlyList<KeyLine> Keys, Finding? Refusal, IReadOnlyList<Finding> Faults);

/// <summary>A key as it is shown, without its private half.</summary>
public sealed record KeyLine
{
    public required string Domain { get; init; }

    public required string Selector { get; init; }

    /// <summary><c>rsa</c> or <c>ed25519</c>.</summary>
    public required string Algorithm { get; init; }

    /// <summary><c>waiting</c> for its record, <c>active</c>, or <c>retiring</c>.</summary>
    public required string State { get; init; }

    public required DateTimeOffset Since { get; init; }

    public required string RecordName { get; init; }

    /// <summary>The text to publish.</summary>
    public required string Record { get; init; }
}
