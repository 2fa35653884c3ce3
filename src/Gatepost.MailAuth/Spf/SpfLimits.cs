namespace Gatepost.MailAuth.Spf;

/// <summary>The bounds of one check (RFC 7208 §4.6.4).</summary>
internal static class SpfLimits
{
    /// <summary>Terms that cause questions: include, a, mx, ptr, exists, redirect.</summary>
    public const int Lookups = 10;

    /// <summary>Of those, terms whose name does not exist or has no such records.</summary>
    public const int Voids = 2;

    /// <summary>Hosts of one mx term that are looked up; one more is an error.</summary>
    public const int MailHosts = 10;

    /// <summary>UTF-16 units of a record; DNS cannot carry more.</summary>
    public const int RecordLength = 65_535;

    /// <summary>UTF-16 units of a sender or HELO name that can be meant seriously.</summary>
    public const int NameLength = 1_000;

    /// <summary>All questions together; the RFC asks for at least 20 seconds.</summary>
    public static readonly TimeSpan Time = TimeSpan.FromSeconds(20);
}
