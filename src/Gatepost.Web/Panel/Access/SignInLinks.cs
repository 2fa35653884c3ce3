using System.Security.Cryptography;
using System.Text;

namespace Gatepost.Web.Panel.Access;

/// <summary>One-time links by which an operator signs in without a password: printed where only an operator can read.</summary>
public sealed class SignInLinks(TimeProvider time)
{
    /// <summary>Links that wait; more make the oldest void.</summary>
    private const int Most = 16;

    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    private readonly Lock sync = new();
    private readonly List<(string Hash, DateTimeOffset Until)> waiting = [];

    /// <returns>A token of 256 random bits, good for one sign-in within the hour.</returns>
    public string Make()
    {
        string token = Convert.ToHexString(RandomNumberGenerator.GetBytes(32));
        lock (sync)
        {
            if (waiting.Count >= Most)
                waiting.RemoveAt(0);
            waiting.Add((HashOf(token), time.GetUtcNow() + Lifetime));
        }

        return token;
    }

    /// <summary>Whether it can still be used; it stays usable.</summary>
    public bool IsGood(string token)
    {
        lock (sync)
            return waiting.Any(one => one.Hash == HashOf(token) && one.Until > time.GetUtcNow());
    }

    /// <summary>Uses the link up.</summary>
    /// <returns>Whether it was good.</returns>
    public bool Use(string token)
    {
        lock (sync)
            return IsGood(token) && waiting.RemoveAll(one => one.Hash == HashOf(token)) > 0;
    }

    private static string HashOf(string token) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}
