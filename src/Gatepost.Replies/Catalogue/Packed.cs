namespace Gatepost.Replies.Catalogue;

/// <summary>Values of the compiled tables that need more than a cast.</summary>
internal static class Packed
{
    /// <summary>A status as one number: 5.1.10 is 5_001_010; -1 for none.</summary>
    public static EnhancedStatus? Status(int number) =>
        number < 0 ? (EnhancedStatus?)null : new EnhancedStatus(number / 1_000_000, number / 1000 % 1000, number % 1000);

    /// <summary>A code; -1 for none.</summary>
    public static int? Code(int number) => number < 0 ? null : number;
}
