namespace Gatepost.Smtp;

/// <summary>How many servers a message may have passed, on the way in and on the way out.</summary>
public static class HopLimit
{
    /// <summary>Received fields; more is a loop (RFC 5321 §6.3 asks for 100 or more).</summary>
    public const int Max = 100;

    /// <summary>Received fields at which a loop ends even where the rule <c>too-many-hops</c> is off or exempts the client.</summary>
    public const int Ceiling = 1_000;
}
