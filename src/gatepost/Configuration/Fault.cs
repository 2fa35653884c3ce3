namespace Gatepost.Configuration;

/// <summary>One thing wrong with a configuration.</summary>
/// <param name="File">As the administrator named it.</param>
/// <param name="Line">From 1; 0 where no line is to blame (a file that is missing).</param>
/// <param name="Message">What is wrong and what to write instead.</param>
public sealed record Fault(string File, int Line, string Message)
{
    public override string ToString() => Line > 0 ? $"{File}:{Line}: {Message}" : $"{File}: {Message}";
}

/// <summary>A configuration that cannot be used, with everything that is wrong with it.</summary>
public sealed class ConfigurationException(IReadOnlyList<Fault> faults)
    : Exception(string.Join(Environment.NewLine, faults))
{
    /// <summary>In the order of the file; never empty.</summary>
    public IReadOnlyList<Fault> Faults { get; } = faults;
}
