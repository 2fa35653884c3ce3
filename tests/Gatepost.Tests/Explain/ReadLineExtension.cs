using Gatepost.Explain;

namespace Gatepost.Tests.Explain;

internal static class ReadLineExtension
{
    /// <summary>A line whose kind does not matter.</summary>
    public static Report ReadLine(this Explainer explainer, string line) => explainer.ReadLine(line, out _);
}
