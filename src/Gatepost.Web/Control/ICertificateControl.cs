using Gatepost.Replies;

namespace Gatepost.Web.Control;

/// <summary>What can be done with certificates.</summary>
public enum CertificateVerb
{
    List,

    /// <summary>Those that are missing or due are ordered now, whatever failed before.</summary>
    Order,

    /// <summary>Ordered now, although nothing is due.</summary>
    Renew,
}

/// <summary>The certificates of the running server.</summary>
public interface ICertificateControl
{
    /// <summary>Completes when the order has succeeded or failed, which takes up to some minutes.</summary>
    Task<CertificateAnswer> RunAsync(CertificateOrderRequest request, CancellationToken cancel);
}

/// <param name="Verb">What to do.</param>
/// <param name="Name">Of one certificate; null for all.</param>
/// <param name="NewKey">Whether it gets another key although keys are kept.</param>
public sealed record CertificateOrderRequest(CertificateVerb Verb, string? Name = null, bool NewKey = false);

/// <param name="Certificates">Those listed or ordered, as they are now.</param>
/// <param name="Refusal">Why nothing was done; null otherwise.</param>
/// <param name="Steps">What was done, in order.</param>
/// <param name="Failed">How many could not be ordered.</param>
public sealed record CertificateAnswer(
    IReadOnlyList<CertificateLine> Certificates, Finding? Refusal, IReadOnlyList<Finding> Steps, int Failed);

/// <summary>A certificate as it is shown.</summary>
public sealed record CertificateLine
{
    /// <summary>What it is called by in commands; null for one of <c>[[certificate]]</c>.</summary>
    public string? Name { get; init; }

    /// <summary>The file it is in, or will be.</summary>
    public required string File { get; init; }

    /// <summary>The names it has; those it should have if it is missing.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    public string? Issuer { get; init; }

    public DateTimeOffset? From { get; init; }

    /// <summary>When it expires; null if it is missing or cannot be read.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>When it will be renewed; null if the server does not do that, or nothing is planned.</summary>
    public DateTimeOffset? RenewAt { get; init; }

    /// <summary>Before that time nothing is ordered again; null for no such time.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>Why the last order failed, or why a new certificate waits; null for neither.</summary>
    public Finding? Why { get; init; }

    /// <summary>What is wrong with it now: expired, soon to expire, not readable, missing; null for nothing.</summary>
    public Finding? Problem { get; init; }
}
