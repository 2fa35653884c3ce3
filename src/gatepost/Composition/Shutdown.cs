namespace Gatepost.Composition;

/// <summary>
/// Steps of a shutdown that all run, whatever becomes of the others: a part that cannot stop must not leave the store open.
/// </summary>
internal static class Shutdown
{
    /// <returns>What went wrong, in the order of the steps.</returns>
    public static async Task<List<Exception>> RunAsync(IEnumerable<Func<ValueTask>> steps)
    {
        var failures = new List<Exception>();
        foreach (var step in steps)
        {
            try
            {
                await step();
            }
            catch (Exception failure)
            {
                failures.Add(failure);
            }
        }

        return failures;
    }
}
