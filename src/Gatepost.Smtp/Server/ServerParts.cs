namespace Gatepost.Smtp.Server;

/// <summary>What all connections of a server share.</summary>
internal sealed record ServerParts(
    IGatekeeper Gate,
    IMessageStore Store,
    IJournal Journal,
    IAuthenticator? Authenticator,
    TimeProvider Time,
    Watch Watch,
    ClientCounts Counts,
    SessionIds Ids);
