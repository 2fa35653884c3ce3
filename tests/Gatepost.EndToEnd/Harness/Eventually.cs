using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Gatepost.EndToEnd.Harness;

/// <summary>Waiting for what another process will do. Bounded, and fails with what was waited for.</summary>
public static class Eventually
{
    /// <summary>Generous: it only decides how long a broken build waits, never whether a good one passes.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(60);

    public static Task TrueAsync(
        Func<bool> condition, CancellationToken cancel, [CallerArgumentExpression(nameof(condition))] string what = "") =>
        TrueAsync(() => Task.FromResult(condition()), () => "", cancel, what);

    public static Task TrueAsync(Func<bool> condition, Func<string> state, CancellationToken cancel,
        [CallerArgumentExpression(nameof(condition))] string what = "") =>
        TrueAsync(() => Task.FromResult(condition()), state, cancel, what);

    public static async Task TrueAsync(Func<Task<bool>> condition, Func<string> state, CancellationToken cancel,
        [CallerArgumentExpression(nameof(condition))] string what = "")
    {
        var clock = Stopwatch.StartNew();
        while (!await condition())
        {
            if (clock.Elapsed > Patience)
                Xunit.Assert.Fail($"still not true after {Patience.TotalSeconds:0} s: {what}\n{state()}");
            await Task.Delay(25, cancel);
        }
    }

    /// <summary>Waits until <paramref name="find"/> finds something.</summary>
    public static async Task<T> FoundAsync<T>(
        Func<T?> find, Func<string> state, CancellationToken cancel, [CallerArgumentExpression(nameof(find))] string what = "")
        where T : class =>
        await FoundAsync(() => Task.FromResult(find()), state, cancel, what);

    /// <inheritdoc cref="FoundAsync{T}(Func{T}, Func{string}, CancellationToken, string)"/>
    public static async Task<T> FoundAsync<T>(
        Func<Task<T?>> find, Func<string> state, CancellationToken cancel, [CallerArgumentExpression(nameof(find))] string what = "")
        where T : class
    {
        T? found = null;
        await TrueAsync(async () => (found = await find()) is not null, state, cancel, what);
        return found!;
    }
}
