namespace Gatepost.MailAuth.Results;

/// <summary>One result in Authentication-Results (RFC 8601 §2.2 <c>resinfo</c>).</summary>
/// <param name="Method">In lower case: <c>spf</c>, <c>dkim</c>.</param>
/// <param name="Result">In lower case. One of ours is a word of <see cref="AuthResult"/>; others write others.</param>
/// <param name="Properties">As <c>smtp.mailfrom</c> with its value, in their order.</param>
public sealed record AuthStatement(string Method, string Result, IReadOnlyList<AuthProperty> Properties)
{
    /// <summary>For people, in round brackets; null for none. Not read back.</summary>
    public string? Comment { get; init; }
}

/// <summary>What was checked: <c>header.d</c> and its value.</summary>
public readonly record struct AuthProperty(string Name, string Value);
