using Gatepost.Smtp;

namespace Gatepost.Policy.Auth;

/// <summary>PLAIN (RFC 4616): <c>[authzid] NUL authcid NUL password</c> in one message.</summary>
internal sealed class PlainExchange(LoginGate gate, Session session) : ISaslExchange
{
    public async ValueTask<(byte[]? Challenge, Authentication? Outcome)> StepAsync(ReadOnlyMemory<byte>? response, CancellationToken cancel)
    {
        // RFC 4954 §4: no initial response is answered by an empty challenge.
        if (response is not { } message)
            return ([], null);

        var client = session.Client.Address;
        int first = message.Span.IndexOf((byte)0);
        int second = first < 0 ? -1 : message.Span[(first + 1)..].IndexOf((byte)0);
        if (second < 0)
            return (null, await gate.WrongAsync("", client, cancel));

        string wanted = LoginGate.ReadUser(message.Span[..first]);
        string user = LoginGate.ReadUser(message.Span.Slice(first + 1, second));
        var password = message[(first + second + 2)..];
        bool actsAsOther = first > 0 && !wanted.Equals(user, StringComparison.OrdinalIgnoreCase);
        return (null, actsAsOther || password.Span.Contains((byte)0)
            ? await gate.WrongAsync(user, client, cancel)
            : await gate.CheckAsync(user, password, client, cancel));
    }
}
