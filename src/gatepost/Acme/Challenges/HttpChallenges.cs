using System.Collections.Concurrent;

namespace Gatepost.Acme.Challenges;

/// <summary>Answers of http-01 (RFC 8555 §8.3), which the web server gives on port 80 while an order runs.</summary>
internal sealed class HttpChallenges : IChallengeResponder
{
    private readonly ConcurrentDictionary<string, string> answers = new(StringComparer.Ordinal);

    public string Type => "http-01";

    public Task SetAsync(string name, string token, string answer, CancellationToken cancel)
    {
        answers[token] = answer;
        return Task.CompletedTask;
    }

    public Task ClearAsync(string name, string token, string answer)
    {
        answers.TryRemove(token, out _);
        return Task.CompletedTask;
    }

    /// <summary>The answer for a token; null for one that was not ordered.</summary>
    public string? Find(string token) => answers.GetValueOrDefault(token);
}
