namespace Gatepost.Smtp.Server;

/// <summary>What all connections of a server share.</summary>
internal sealed record ServerServices(
    IGatekeeper Gate,
    IMessageStore Store,
    IJournal Journal,
    IAuthenticator? Authenticator,
    TimeProvider Time,
    SessionTimeouts Watch,
    ClientCounts Counts,
    SessionIds Ids);
