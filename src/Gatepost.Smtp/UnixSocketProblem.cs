using System.Net.Sockets;

namespace Gatepost.Smtp;

/// <summary>Why a Unix socket could not be opened. The runtime reports a missing one as an address that cannot be assigned.</summary>
public enum UnixSocketProblem
{
    /// <summary>There is no such file.</summary>
    Missing,

    /// <summary>Our user may not enter a folder of its path, or not write to it.</summary>
    Denied,

    /// <summary>The file is there and no program listens.</summary>
    NotListening,

    /// <summary>Something else.</summary>
    Other,
}

/// <summary>Finds out which.</summary>
public static class UnixSockets
{
    /// <param name="path">Of the socket.</param>
    /// <param name="failure">What the try to connect ended with.</param>
    public static UnixSocketProblem ProblemOf(string path, SocketException failure)
    {
        if (failure.SocketErrorCode == SocketError.AccessDenied)
            return UnixSocketProblem.Denied;
        if (File.Exists(path))
            return failure.SocketErrorCode == SocketError.ConnectionRefused ? UnixSocketProblem.NotListening : UnixSocketProblem.Other;

        // A folder that may not be entered hides what is in it.
        for (string? folder = Path.GetDirectoryName(path); folder is { Length: > 1 }; folder = Path.GetDirectoryName(folder))
        {
            if (Directory.Exists(folder))
                return MayEnter(folder) ? UnixSocketProblem.Missing : UnixSocketProblem.Denied;
        }

        return UnixSocketProblem.Missing;
    }

    private static bool MayEnter(string folder)
    {
        try
        {
            // Entering needs the x bit only, which no call of the framework asks for alone: a name in it either is not found or is denied.
            File.GetAttributes(Path.Combine(folder, "."));
            return true;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }
}
