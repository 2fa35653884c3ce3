using System.Net;

namespace Gatepost.Policy.Auth;

/// <summary>What became of a check.</summary>
public enum LoginOutcome
{
    Right,
    Wrong,

    /// <summary>The service that knows could not be asked: that is no wrong password.</summary>
    Unavailable,
}

/// <param name="Outcome">How it ended.</param>
/// <param name="User">The account's address where right.</param>
public readonly record struct Login(LoginOutcome Outcome, string? User = null);

/// <summary>Knows whose password is whose.</summary>
public interface ILogins
{
    /// <summary>Checks a password in clear. Unknown users take as long as known ones.</summary>
    /// <param name="user">As the client said it; a name without @ is one of the default domain.</param>
    /// <param name="password">UTF-8, at most 1,024 octets.</param>
    ValueTask<Login> CheckAsync(string user, ReadOnlyMemory<byte> password, IPAddress client, CancellationToken cancel);

    /// <summary>
    /// SCRAM keys for a user; made up, but always the same, for one who has none. Null if SCRAM is not possible at all.
    /// </summary>
    ValueTask<(ScramKeys Keys, string? User)?> FindScramAsync(string user, CancellationToken cancel);

    /// <summary>Whether there is such an account, for the record; null if only another service knows.</summary>
    ValueTask<bool?> ExistsAsync(string user, CancellationToken cancel);

    /// <summary>Whether SCRAM is worth offering.</summary>
    bool HasScram { get; }
}
