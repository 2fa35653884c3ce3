namespace Gatepost.Storage.Journal;

/// <summary>The kinds of key that a string of an event is; it may be several.</summary>
[Flags]
internal enum KeyRoles
{
    None = 0,

    /// <summary>An id or an IP address: found by itself.</summary>
    Plain = 1 << 0,

    /// <summary>Found by itself and by <c>@domain</c>.</summary>
    Address = 1 << 1,

    /// <summary>An IP address, found by the networks around it.</summary>
    Network = 1 << 2,

    /// <summary>A host name, found by the domains above it too.</summary>
    Host = 1 << 3,

    Login = 1 << 4,
    MessageId = 1 << 5,
    Rule = 1 << 6,
    Entry = 1 << 7,
    Reason = 1 << 8,
    Status = 1 << 9,
}
