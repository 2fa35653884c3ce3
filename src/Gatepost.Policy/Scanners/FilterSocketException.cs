using Gatepost.Smtp;

namespace Gatepost.Policy.Scanners;

/// <summary>A program's Unix socket that cannot be opened, with the cause that the runtime does not give.</summary>
/// <param name="path">Of the socket.</param>
/// <param name="problem">What is wrong with it.</param>
/// <param name="failure">What the try to connect ended with.</param>
public sealed class FilterSocketException(string path, UnixSocketProblem problem, Exception failure)
    : IOException(Describe(path, problem, failure), failure)
{
    public string Path { get; } = path;

    public UnixSocketProblem Problem { get; } = problem;

    private static string Describe(string path, UnixSocketProblem problem, Exception failure) => problem switch
    {
        UnixSocketProblem.Missing => $"there is no socket {path}",
        UnixSocketProblem.Denied => $"the user of this server may not use the socket {path}",
        UnixSocketProblem.NotListening => $"no program listens at the socket {path}",
        _ => $"{path}: {failure.Message}",
    };
}
