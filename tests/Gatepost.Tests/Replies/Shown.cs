using Xunit;

namespace Gatepost.Tests.Replies;

/// <summary>Fails with a readable list of what is wrong.</summary>
internal static class Shown
{
    private const int Most = 40;

    public static void None<T>(IEnumerable<T> wrong)
    {
        var all = wrong.ToList();
        Assert.True(all.Count == 0, $"{all.Count}:\n" + string.Join('\n', all.Take(Most)));
    }
}
