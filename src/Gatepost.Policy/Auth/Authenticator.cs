using System.Net;
using Gatepost.Smtp;

namespace Gatepost.Policy.Auth;

/// <summary>Offers AUTH where passwords may be said: on submission and internal listeners, under TLS or on loopback.</summary>
public sealed class Authenticator(ILogins logins, LoginThrottle throttle) : IAuthenticator
{
    private const string Scram = "SCRAM-SHA-256";
    private const string ScramPlus = "SCRAM-SHA-256-PLUS";

    private static readonly IReadOnlyList<string> None = [];
    private static readonly IReadOnlyList<string> InClear = ["PLAIN", "LOGIN"];
    private static readonly IReadOnlyList<string> WithScram = [Scram, "PLAIN", "LOGIN"];
    private static readonly IReadOnlyList<string> WithScramPlus = [ScramPlus, Scram, "PLAIN", "LOGIN"];

    private readonly LoginGate gate = new(logins, throttle);

    /// <summary>Set once the configuration is known to hold a password; without any, AUTH would only invite guessing.</summary>
    public Func<bool> HasAccounts { get; init; } = () => true;

    public IReadOnlyList<string> Mechanisms(Session session)
    {
        if (!HasLogins(session))
            return None;
        if (session.Tls is null && !IPAddress.IsLoopback(session.Client.Address))
            return None;
        if (!logins.HasScram)
            return InClear;
        return session.Tls?.ServerEndPoint is null ? WithScram : WithScramPlus;
    }

    public bool WantsTls(Session session) => session.Tls is null && HasLogins(session);

    public ISaslExchange? Start(string mechanism, Session session)
    {
        var offered = Mechanisms(session);
        if (!offered.Contains(mechanism))
            return null;
        bool plus = ReferenceEquals(offered, WithScramPlus);
        return mechanism switch
        {
            "PLAIN" => new PlainExchange(gate, session),
            "LOGIN" => new LoginExchange(gate, session),
            Scram => new ScramExchange(gate, session, binding: null, plusOffered: plus),
            _ => new ScramExchange(gate, session, session.Tls!.ServerEndPoint, plusOffered: plus),
        };
    }

    /// <summary>A log-in that does not come by SMTP: the same passwords, counted against the same limits.</summary>
    /// <param name="user">As typed; a name without @ is one of the default domain.</param>
    /// <param name="password">UTF-8, at most 1,024 octets.</param>
    public ValueTask<Authentication> CheckAsync(
        string user, ReadOnlyMemory<byte> password, IPAddress client, CancellationToken cancel) =>
        gate.CheckAsync(LoginGate.ReadUser(System.Text.Encoding.UTF8.GetBytes(user)), password, client, cancel);

    private bool HasLogins(Session session) => session.Role is ListenerRole.Submission or ListenerRole.Internal && HasAccounts();
}
