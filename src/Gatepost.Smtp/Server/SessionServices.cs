namespace Gatepost.Smtp.Server;

/// <summary>What a session works with.</summary>
/// <param name="Gate">Asked at every stage.</param>
/// <param name="Store">Stores messages.</param>
/// <param name="Journal">Takes every reply, verdict and accepted message.</param>
/// <param name="Authenticator">Null if AUTH is never offered.</param>
/// <param name="Time">For time-outs, dates and ids.</param>
public sealed record SessionServices(
    IGatekeeper Gate, IMessageStore Store, IJournal Journal, IAuthenticator? Authenticator, TimeProvider Time)
{
    /// <summary>Signs what users send; null if nothing is signed.</summary>
    public IMessageSigner? Signer { get; init; }
}
