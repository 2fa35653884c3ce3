using System.Security.Cryptography;
using System.Text;
using Gatepost.Policy.Reputation;

namespace Gatepost.Web.Panel.Access;

/// <summary>One sign-in.</summary>
/// <param name="Key">SHA-256 of the cookie's token, in hex; the token itself is kept nowhere.</param>
/// <param name="Account">Whose; <see cref="PanelSessions.ByLink"/> for an operator who came by a one-time link.</param>
/// <param name="From">The client's address.</param>
/// <param name="Proof">Of the password it began with: another password ends it. Empty where the directory has none.</param>
/// <param name="Since">When.</param>
/// <param name="Until">When it expires by itself.</param>
public sealed record PanelSession(string Key, string Account, string From, string Proof, DateTimeOffset Since, DateTimeOffset Until);

/// <summary>Who is signed in. Survives a restart; a session can be ended at any time, by its owner or an operator.</summary>
public sealed class PanelSessions
{
    /// <summary>The account of a session that a one-time link began.</summary>
    public const string ByLink = "one-time link";

    private const string Kind = "panel-session";

    /// <summary>Sessions at the same time; the oldest is ended for a new one.</summary>
    private const int Most = 10_000;

    private const int MostOfAccount = 20;

    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);

    private readonly Lock sync = new();
    private readonly Dictionary<string, PanelSession> sessions = new(StringComparer.Ordinal);
    private readonly IStateLog log;
    private readonly TimeProvider time;

    /// <param name="log">Asked before anything is kept in it.</param>
    public PanelSessions(IStateLog log, TimeProvider time)
    {
        (this.log, this.time) = (log, time);
        foreach (var kept in log.Load(Kind, time.GetUtcNow()))
        {
            if (kept.Text.Split('\n') is [var account, var from, var proof])
                sessions[kept.Key] = new PanelSession(kept.Key, account, from, proof, kept.At, kept.Until);
        }
    }

    /// <summary>Begins a session.</summary>
    /// <returns>The token for the cookie: 256 random bits.</returns>
    public async Task<string> BeginAsync(string account, System.Net.IPAddress from, string proof)
    {
        string token = Convert.ToHexString(RandomNumberGenerator.GetBytes(32));
        var now = time.GetUtcNow();
        var session = new PanelSession(KeyOf(token), account, from.ToString(), proof, now, now + Lifetime);
        var over = new List<string>();
        lock (sync)
        {
            Forget(now, account, over);
            sessions[session.Key] = session;
        }

        foreach (string key in over)
            await TakeBackAsync(key);
        await log.KeepAsync(new StateRecord(Kind, session.Key, now, session.Until, $"{account}\n{session.From}\n{proof}"));
        return token;
    }

    /// <summary>The session of a cookie; null if it expired, was ended or never was.</summary>
    public PanelSession? Find(string? token)
    {
        if (token is not { Length: 64 })
            return null;
        lock (sync)
            return sessions.TryGetValue(KeyOf(token), out var found) && found.Until > time.GetUtcNow() ? found : null;
    }

    /// <summary>Newest first.</summary>
    public IReadOnlyList<PanelSession> List()
    {
        var now = time.GetUtcNow();
        lock (sync)
            return [.. sessions.Values.Where(session => session.Until > now).OrderByDescending(session => session.Since)];
    }

    /// <summary>Completes when the end of this process cannot bring it back.</summary>
    /// <returns>Whether there was one.</returns>
    public async Task<bool> EndAsync(string key)
    {
        bool ended;
        lock (sync)
            ended = sessions.Remove(key);
        if (ended)
            await TakeBackAsync(key);
        return ended;
    }

    /// <summary>The token that forms of a session carry: only a page of this session knows it, and it is worthless as a cookie.</summary>
    public static string FormTokenOf(string token) => Hex("form\n" + token);

    private static string KeyOf(string token) => Hex(token);

    private static string Hex(string text) => Convert.ToHexString(SHA256.HashData(Encoding.ASCII.GetBytes(text)));

    private void Forget(DateTimeOffset now, string account, List<string> taken)
    {
        foreach (var over in sessions.Values.Where(session => session.Until <= now).ToList())
            sessions.Remove(over.Key);
        while (sessions.Values.Where(session => session.Account == account).ToList() is { Count: >= MostOfAccount } own)
            Take(own.MinBy(session => session.Since)!.Key);
        while (sessions.Count >= Most)
            Take(sessions.Values.MinBy(session => session.Since)!.Key);

        void Take(string oldest)
        {
            sessions.Remove(oldest);
            taken.Add(oldest);
        }
    }

    private Task TakeBackAsync(string key)
    {
        var now = time.GetUtcNow();
        return log.KeepAsync(new StateRecord(Kind, key, now, now, ""));
    }
}
