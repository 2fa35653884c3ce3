namespace Gatepost.Tests;

/// <summary>The folder with Gatepost.slnx, for tests that hold files of the repository against the program.</summary>
internal static class Repository
{
    public static string Root { get; } = Find(new DirectoryInfo(AppContext.BaseDirectory));

    private static string Find(DirectoryInfo? folder)
    {
        for (; folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Gatepost.slnx")))
                return folder.FullName;
        }

        throw new DirectoryNotFoundException("Gatepost.slnx is in no folder above the tests");
    }
}
