namespace Gatepost.Smtp.Server;

/// <summary>What all connections of a server share.</summary>
internal sealed record ServerServices(SessionServices Session, SessionTimeouts Timeouts, ClientCounts Counts, SessionIds Ids)
{
    public SpareDescriptor Spare { get; } = new();
}
