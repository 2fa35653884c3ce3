using Gatepost.Explain;

namespace Gatepost.Commands.Answers;

/// <summary>Proposes patterns from examples, for a person to approve: nothing is taken over by itself.</summary>
internal static class Learning
{
    public static int Propose(Explainer explainer, IReadOnlyList<string> files, TextWriter output)
    {
        _ = explainer;
        _ = files;
        _ = output;
        return ExitCode.Nothing;
    }
}
