namespace Gatepost.Signing;

/// <summary>How mail of hosted domains is signed.</summary>
public sealed record DkimOptions
{
    /// <summary>Whether keys are made for hosted domains and their users' mail is signed.</summary>
    public bool Sign { get; init; } = true;

    /// <summary>How often DNS is asked for the record of a new key. No key signs before its record was seen.</summary>
    public TimeSpan Check { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long the record of a replaced key is still needed: mail signed with it is on its way, or waits in queues.</summary>
    public TimeSpan Overlap { get; init; } = TimeSpan.FromDays(7);
}
