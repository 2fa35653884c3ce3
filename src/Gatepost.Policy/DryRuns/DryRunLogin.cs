using Gatepost.Smtp;

namespace Gatepost.Policy.DryRuns;

/// <summary>Accepts one login without a password: a dry run asks what the rules say about it, not whether it is right.</summary>
internal sealed class DryRunLogin(string user) : IAuthenticator, ISaslExchange
{
    public const string Mechanism = "EXTERNAL";

    public IReadOnlyList<string> Mechanisms(Session session) => [Mechanism];

    public ISaslExchange? Start(string mechanism, Session session) => mechanism == Mechanism ? this : null;

    public ValueTask<(byte[]? Challenge, Authentication? Outcome)> StepAsync(ReadOnlyMemory<byte>? response, CancellationToken cancel) =>
        ValueTask.FromResult<(byte[]?, Authentication?)>((null, new Authentication(user, null)));
}
