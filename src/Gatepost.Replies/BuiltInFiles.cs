using System.Reflection;

namespace Gatepost.Replies;

/// <summary>The words, dialects, families and notices that come with the program.</summary>
internal static class BuiltInFiles
{
    private static readonly Assembly Room = typeof(BuiltInFiles).Assembly;

    /// <summary>Their paths, in order: <c>Words/en/session.toml</c>.</summary>
    public static IEnumerable<string> Names => Room.GetManifestResourceNames().Order(StringComparer.Ordinal);

    public static string Read(string name)
    {
        using var stream = Room.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
