using System.Diagnostics.CodeAnalysis;
using Xunit;

namespace Gatepost.Tests.Replies;

/// <summary>
/// Facts and labelled corpora that lie beside the repository and not in it; tests that need them are skipped aloud where they are absent.
/// </summary>
internal static class SharedFacts
{
    public static string[] Lines(string file)
    {
        Skip(Find(file) is null, file);
        return File.ReadAllLines(Find(file)!);
    }

    public static string Text(string file)
    {
        Skip(Find(file) is null, file);
        return File.ReadAllText(Find(file)!);
    }

    private static string? Find(string file)
    {
        string? named = Environment.GetEnvironmentVariable("GATEPOST_SHARED");
        if (named is not null)
            return File.Exists(Path.Combine(named, file)) ? Path.Combine(named, file) : null;
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string path = Path.Combine(folder.FullName, "shared", file);
            if (File.Exists(path))
                return path;
        }

        return null;
    }

    private static void Skip([DoesNotReturnIf(true)] bool absent, string file) =>
        Assert.SkipWhen(absent, $"{file} is not beside the repository (GATEPOST_SHARED may name its folder)");
}
