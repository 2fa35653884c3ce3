namespace Gatepost.Smtp.Client;

/// <summary>With which name and secret we log in to a server that we hand mail to.</summary>
/// <param name="User">The name as the provider gave it, often an address.</param>
/// <param name="Secret">
/// Reads the password, or for XOAUTH2 the access token, at each log-in, so that a changed file needs no reload; throws
/// <see cref="IOException"/> with what is wrong and never with the secret.
/// </param>
public sealed record ClientLogin(string User, Func<string> Secret)
{
    /// <summary>Whether the secret is an access token (XOAUTH2) instead of a password.</summary>
    public bool IsToken { get; init; }

    /// <summary>Mechanisms to use in this order; null for every one that we know, the safest first.</summary>
    public IReadOnlyList<string>? Mechanisms { get; init; }

    /// <summary>What we know for a password, the safest first.</summary>
    public static IReadOnlyList<string> Known { get; } = ["SCRAM-SHA-256", "SCRAM-SHA-1", "PLAIN", "LOGIN"];

    /// <summary>The record's own ToString would print the delegate; a name is enough for messages.</summary>
    public override string ToString() => User;
}
