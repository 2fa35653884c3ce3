using Gatepost.Smtp;

namespace Gatepost.Policy.Auth;

/// <summary>LOGIN, which no standard describes and old mail programs need: user name, then password, each asked for.</summary>
internal sealed class LoginExchange(LoginGate gate, Session session) : ISaslExchange
{
    private string? user;

    public async ValueTask<(byte[]? Challenge, Authentication? Outcome)> StepAsync(ReadOnlyMemory<byte>? response, CancellationToken cancel)
    {
        if (response is not { } said)
            return ("Username:"u8.ToArray(), null);
        if (user is null)
        {
            user = LoginGate.ReadUser(said.Span);
            return ("Password:"u8.ToArray(), null);
        }

        return (null, await gate.CheckAsync(user, said, session.Client.Address, cancel));
    }
}
