using Gatepost.Replies;
namespace Gatepost.Policy.Directory;

/// <summary>What a suspension takes away; each by itself.</summary>
[Flags]
public enum Suspended
{
    Nothing = 0,
    Receiving = 1,
    Sending = 2,
    Login = 4,
    Everything = Receiving | Sending | Login,
}

/// <summary>An account or a domain that may not do something for a while.</summary>
/// <param name="What">What is taken away.</param>
/// <param name="By">Who suspended it, for the evidence.</param>
/// <param name="Since">When.</param>
/// <param name="Why">In the admin's words; shown to admins, never on the wire.</param>
/// <param name="Until">Null holds until lifted.</param>
public sealed record Suspension(Suspended What, string By, DateTimeOffset Since, string Why, DateTimeOffset? Until = null)
{
    /// <summary>Whether it takes <paramref name="what"/> away at that instant.</summary>
    public bool Covers(Suspended what, DateTimeOffset now) => (What & what) != 0 && now >= Since && (Until is not { } end || now < end);

    /// <summary>For the evidence.</summary>
    public Finding Described => AdminEntry.Describe(What.ToString(), By, Since, Until, Why);
}
