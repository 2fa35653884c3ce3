using System.Net;
using Gatepost.Policy.Auth;

namespace Gatepost.Composition;

/// <summary>Who knows the passwords now; a reload puts another in its place, exchanges begun end with the one they began with.</summary>
internal sealed class ReloadableLogins(ILogins first) : ILogins
{
    private volatile ILogins logins = first;

    public bool HasScram => logins.HasScram;

    public void Use(ILogins other) => logins = other;

    public ValueTask<Login> CheckAsync(string user, ReadOnlyMemory<byte> password, IPAddress client, CancellationToken cancel) =>
        logins.CheckAsync(user, password, client, cancel);

    public ValueTask<(ScramKeys Keys, string? User)?> FindScramAsync(string user, CancellationToken cancel) =>
        logins.FindScramAsync(user, cancel);

    public ValueTask<bool?> ExistsAsync(string user, CancellationToken cancel) => logins.ExistsAsync(user, cancel);
}
