namespace Gatepost.Smtp;

/// <summary>Randomness that several threads may share. A seeded <see cref="Random"/> is guarded here; <see cref="Shared"/> needs no
/// lock.</summary>
/// <remarks>For jitter and ids that have to differ, not for secrets.</remarks>
public sealed class Chance(Random random)
{
    private readonly Lock sync = new();

    /// <summary>Chance itself, for the product.</summary>
    public static Chance Shared { get; } = new(Random.Shared);

    /// <summary>One seed makes one row of numbers: give the same object to everything that shares it.</summary>
    public static implicit operator Chance(Random random) => new(random);

    /// <returns>0 or more, below 1.</returns>
    public double NextDouble() => Guarded(static random => random.NextDouble());

    /// <param name="below">Above 0.</param>
    /// <returns>0 or more, below that.</returns>
    public long NextInt64(long below = long.MaxValue)
    {
        if (ReferenceEquals(random, Random.Shared))
            return random.NextInt64(below);
        lock (sync)
            return random.NextInt64(below);
    }

    /// <summary>Puts the items into any order.</summary>
    public void Shuffle<T>(T[] items)
    {
        if (ReferenceEquals(random, Random.Shared))
        {
            random.Shuffle(items);
            return;
        }

        lock (sync)
            random.Shuffle(items);
    }

    private T Guarded<T>(Func<Random, T> ask)
    {
        if (ReferenceEquals(random, Random.Shared))
            return ask(random);
        lock (sync)
            return ask(random);
    }
}
