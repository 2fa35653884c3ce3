using System.Collections.Concurrent;
using System.Text;

namespace Gatepost.EndToEnd.Durability;

/// <summary>
/// What a client knows of each message it sent: promised by 250, refused, or in doubt because the connection broke first.
/// </summary>
public sealed class Ledger
{
    public const string Field = "X-Ledger: ";

    private int next;

    public ConcurrentDictionary<int, bool> Promised { get; } = [];

    /// <summary>The reply, and how many messages had been promised by then.</summary>
    public ConcurrentDictionary<int, (string Reply, int After)> Refused { get; } = [];

    public ConcurrentDictionary<int, bool> InDoubt { get; } = [];

    private volatile bool closed;

    /// <summary>
    /// Notes a 250. One that comes after the power failed cannot have come: the dead disk's answers to syncs in flight mean nothing.
    /// </summary>
    public void Promise(int serial) => (closed ? InDoubt : Promised)[serial] = true;

    /// <summary>The current fails now: nothing is promised any more.</summary>
    public void Close() => closed = true;

    public int Next() => Interlocked.Increment(ref next);

    /// <summary>Every fifth goes to a Maildir at once, the others to a server that is never there, so they stay queued.</summary>
    public static bool IsLocal(int serial) => serial % 5 == 0;

    /// <summary>
    /// The message of that number, always the same: small ones mostly, some of middle size, some that get a file of their own.
    /// </summary>
    public static byte[] Message(int serial)
    {
        var random = new Random(serial);
        int size = random.Next(10) switch
        {
            < 7 => random.Next(200, 8_000),
            < 9 => random.Next(10_000, 60_000),
            _ =>
            random.Next(270_000, 500_000)
        };
        var text = new StringBuilder(size + 200);
        text.Append(Field).Append(serial).Append("\r\nSubject: ledger\r\n\r\n");
        while (text.Length < size)
            text.Append((char)('a' + random.Next(26)), random.Next(1, 80)).Append("\r\n");
        return Encoding.ASCII.GetBytes(text.ToString());
    }

    /// <summary>
    /// Waits until so many messages are promised, or five seconds: a slow machine decides how much is tested, not whether it passes.
    /// </summary>
    public async Task ReachesAsync(int promised, CancellationToken cancel)
    {
        for (int i = 0; i < 1000 && Promised.Count < promised; i++)
            await Task.Delay(5, cancel);
    }

    /// <summary>
    /// Refused messages after which the store has surely recovered: more promises came than clients can have had on their
    /// way. Of those refused last nobody can tell, where the server was killed before it could clear up.
    /// </summary>
    public IEnumerable<KeyValuePair<int, (string Reply, int After)>> RefusedForGood(int sessions) =>
        Refused.Where(refused => Promised.Count - refused.Value.After > sessions);

    /// <summary>Forgets what was checked and removed.</summary>
    public void Clear()
    {
        closed = false;
        Promised.Clear();
        Refused.Clear();
        InDoubt.Clear();
    }
}
