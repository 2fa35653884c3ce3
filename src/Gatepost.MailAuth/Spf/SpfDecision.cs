namespace Gatepost.MailAuth.Spf;

/// <summary>How a record ended.</summary>
/// <param name="Result">The result of <c>check_host()</c>.</param>
/// <param name="Domain">Whose record it was.</param>
internal sealed record SpfDecision(AuthResult Result, string Domain)
{
    /// <summary>The term that decided, innermost; null if none matched.</summary>
    public string? Term { get; init; }

    /// <summary>The includes and redirects that lead to it.</summary>
    public IReadOnlyList<string> Through { get; init; } = [];

    /// <summary>Where the explanation of this very record is; those of included ones do not count (RFC 7208 §6.2).</summary>
    public SpfMacroString? Explanation { get; init; }
}
