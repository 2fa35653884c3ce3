using Xunit;

namespace Gatepost.Tests.Architecture;

/// <summary>What a search through the sources brought up.</summary>
public static class Finding
{
    /// <summary>Fails with every line found, not with the first five.</summary>
    public static void None(IEnumerable<string> found)
    {
        string[] all = [.. found];
        Assert.True(all.Length == 0, string.Join('\n', all));
    }
}
