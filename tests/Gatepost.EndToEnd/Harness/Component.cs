using Xunit;

namespace Gatepost.EndToEnd.Harness;

/// <summary>Other people's programs a test needs. Absent ones skip the test with the reason; where CI=true they fail it.</summary>
public static class Component
{
    private static readonly string[] Folders =
        [.. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries), "/usr/sbin", "/sbin"];

    public static bool IsCi => string.Equals(Environment.GetEnvironmentVariable("CI"), "true", StringComparison.OrdinalIgnoreCase);

    /// <summary>Skips or fails the running test unless every command is there.</summary>
    public static void Needs(params ReadOnlySpan<string> commands)
    {
        foreach (string command in commands)
            Unless(Path.IsPathRooted(command) ? File.Exists(command) : Find(command) is not null, $"{command} is not installed");
    }

    /// <summary>Skips or fails the running test unless it runs as root: servers that change user, ports below 1024.</summary>
    public static void NeedsRoot(string why) => Unless(Environment.IsPrivilegedProcess, $"only root may do this: {why}");

    public static string? Find(string command) =>
        Folders.Select(folder => Path.Combine(folder, command)).FirstOrDefault(File.Exists);

    /// <summary>The root of the working copy: where Gatepost.slnx lies.</summary>
    public static string Repository { get; } = FindRepository();

    /// <summary>A folder of npm packages that <c>./test</c> filled.</summary>
    public static string NodeModules => Path.Combine(Repository, "artifacts", "components", "node_modules");

    public static void NeedsNodePackage(string package)
    {
        Needs("node");
        Unless(Directory.Exists(Path.Combine(NodeModules, package)), $"the npm package {package} is not installed (./test does it)");
    }

    /// <summary>Skips or fails the running test unless <c>./test</c> built that file.</summary>
    public static void NeedsBuilt(string file) => Unless(File.Exists(file), $"{Path.GetFileName(file)} is not built (./test does it)");

    private static void Unless(bool present, string reason)
    {
        if (present)
            return;
        if (IsCi)
            Assert.Fail(reason + "; in CI every component must be there");
        Assert.Skip(reason);
    }

    private static string FindRepository()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Gatepost.slnx")))
                return folder.FullName;
        }

        return AppContext.BaseDirectory;
    }
}
