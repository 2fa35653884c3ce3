namespace Gatepost.Explain.Text;

/// <summary>Lines of the reporting program right below a reply without belonging to it.</summary>
internal static class ReporterLines
{
    private static readonly string[] Starts =
    [
        "Giving up", "I'm not going to", "I am not going to", "Message could not be delivered", "Message will be deleted",
        "Message cannot be delivered", "Will keep trying", "No action is required", "Delivery attempts will",
        "The following addresses", "It will be retried",
    ];

    /// <summary>Whether the line is the reporting program's own.</summary>
    public static bool IsOne(ReadOnlySpan<char> line)
    {
        line = line.TrimStart();
        foreach (string start in Starts)
            if (line.StartsWith(start, StringComparison.OrdinalIgnoreCase))
                return true;
        return false;
    }
}
