namespace Gatepost.Acme.Protocol;

/// <summary>A name that a certificate is to have (RFC 8555 §7.1.3).</summary>
internal sealed record AcmeIdentifier(string Type, string Value)
{
    public static AcmeIdentifier OfName(string name) => new("dns", name);
}

/// <summary>An order (RFC 8555 §7.1.3). What is missing stays null: nothing of an answer is relied on before it is checked.</summary>
internal sealed record AcmeOrder
{
    /// <summary><c>pending</c>, <c>ready</c>, <c>processing</c>, <c>valid</c> or <c>invalid</c>.</summary>
    public string? Status { get; init; }

    public IReadOnlyList<string> Authorizations { get; init => field = Lists.Whole(value); } = [];

    public string? Finalize { get; init; }

    /// <summary>Where the certificate is, once the order is valid.</summary>
    public string? Certificate { get; init; }

    public AcmeProblem? Error { get; init; }
}

/// <summary>Whether we may have a certificate for a name (RFC 8555 §7.1.4).</summary>
internal sealed record AcmeAuthorization
{
    /// <summary><c>pending</c>, <c>valid</c>, <c>invalid</c>, <c>deactivated</c>, <c>expired</c> or <c>revoked</c>.</summary>
    public string? Status { get; init; }

    public AcmeIdentifier? Identifier { get; init; }

    public IReadOnlyList<AcmeChallenge> Challenges { get; init => field = Lists.Whole(value); } = [];
}

/// <summary>Lists of an answer: null, and null in them, is nothing.</summary>
file static class Lists
{
    public static IReadOnlyList<T> Whole<T>(IReadOnlyList<T?>? list)
        where T : class => [.. (list ?? []).OfType<T>()];
}

/// <summary>A way to show that a name is ours (RFC 8555 §8).</summary>
internal sealed record AcmeChallenge
{
    /// <summary><c>http-01</c>, <c>dns-01</c>, ...</summary>
    public string? Type { get; init; }

    public string? Url { get; init; }

    public string? Status { get; init; }

    public string? Token { get; init; }

    public AcmeProblem? Error { get; init; }
}

/// <summary>What is sent for a new order.</summary>
/// <param name="Replaces">Which certificate it renews (RFC 9773 §5); null if the authority does not ask.</param>
internal sealed record AcmeNewOrder(IReadOnlyList<AcmeIdentifier> Identifiers, string? Replaces);

/// <summary>What is sent for an account (RFC 8555 §7.3).</summary>
/// <param name="ExternalAccountBinding">A signature with the key of an account that the authority knows already (§7.3.4).</param>
internal sealed record AcmeNewAccount(
    bool TermsOfServiceAgreed, IReadOnlyList<string>? Contact, System.Text.Json.JsonElement? ExternalAccountBinding);

/// <summary>What is sent to have an order carried out.</summary>
/// <param name="Csr">The request for the certificate, DER in base64url.</param>
internal sealed record AcmeFinalize(string Csr);
