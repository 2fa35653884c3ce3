using System.Net;
using System.Security.Cryptography;
using System.Text;
using Gatepost.Policy.Basics;
using Gatepost.Policy.Directory;
using Gatepost.Smtp;

namespace Gatepost.Policy.Auth;

/// <summary>Log-ins against the passwords of the directory.</summary>
/// <remarks>
/// Argon2id takes 19 MB and tens of milliseconds, so only as many run together as there are processors, and a password
/// that was right is remembered for some minutes (by a keyed hash of it, never itself).
/// </remarks>
public sealed class DirectoryLogins : ILogins
{
    private const int Remembered = 10_000;

    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(20);

    private readonly Func<IDirectory> directory;
    private readonly TimeProvider time;
    private readonly byte[] secret = RandomNumberGenerator.GetBytes(32);
    private readonly byte[] salts;
    private readonly Lazy<StoredPassword> decoy;
    private readonly SemaphoreSlim turns = new(Math.Max(1, Environment.ProcessorCount));
    private readonly ExpiringMap<string, DateTimeOffset> right = new(Remembered, StringComparer.Ordinal);
    private readonly Func<StoredPassword, ReadOnlyMemory<byte>, bool> measure;

    /// <param name="directory">The one in force.</param>
    /// <param name="hasScram">Whether SCRAM is offered; accounts without SCRAM keys then cannot use it and say PLAIN.</param>
    /// <param name="salts">Secret from which the SCRAM salts of unknown users are made. Kept across restarts, or a salt that changes would
    /// find out who is unknown; null makes one.</param>
    public DirectoryLogins(Func<IDirectory> directory, TimeProvider time, bool hasScram, byte[]? salts = null)
        : this(directory, time, hasScram, salts, static (stored, password) => stored.Fits(password.Span))
    {
    }

    /// <param name="measure">Compares a password with what is stored. Asked once for each check, for unknown users too.</param>
    internal DirectoryLogins(
        Func<IDirectory> directory,
        TimeProvider time,
        bool hasScram,
        byte[]? salts,
        Func<StoredPassword, ReadOnlyMemory<byte>, bool> measure)
    {
        (this.directory, this.time, HasScram, this.salts, this.measure) = (directory, time, hasScram, salts ?? secret, measure);
        // What unknown users are measured against, so that they take as long as known ones.
        decoy = new(() => StoredPassword.Parse(StoredPassword.Make(secret, withScram: false))!);
    }

    public bool HasScram { get; }

    public async ValueTask<Login> CheckAsync(string user, ReadOnlyMemory<byte> password, IPAddress client, CancellationToken cancel)
    {
        var account = await FindAsync(user, cancel);
        var stored = account?.Password is { } text ? StoredPassword.Parse(text) : null;
        string proof = Proof(account?.Password ?? "", password.Span);
        var now = time.GetUtcNow();
        if (stored is not null && right.TryGet(proof, now, out var since) && now >= since)
            return Right(account!);

        // Its own token: a wait for a turn that is too long is our failure, and the session answers 454.
        if (!await turns.WaitAsync(LongestWait, cancel))
            return new Login(LoginOutcome.Unavailable);
        bool fits;
        try
        {
            fits = await Task.Run(() => measure(stored ?? decoy.Value, password), cancel);
        }
        finally
        {
            turns.Release();
        }

        if (stored is null || !fits)
            return new Login(LoginOutcome.Wrong);
        right.Set(proof, now, now, now + Fresh);
        return Right(account!);
    }

    public async ValueTask<(ScramKeys Keys, string? User)?> FindScramAsync(string user, CancellationToken cancel)
    {
        if (!HasScram)
            return null;
        var account = await FindAsync(user, cancel);
        if (account?.Password is { } stored && StoredPassword.Parse(stored)?.Scram is { } keys)
            return (keys, account.Address.ToString());

        // RFC 5802 §9: a log-in for an unknown account gets a salt that stays the same, and fails at the end.
        byte[] made = HMACSHA256.HashData(salts, Encoding.UTF8.GetBytes(user.ToLowerInvariant()));
        return (new ScramKeys(ScramKeys.DefaultIterations, made[..16], made, made), null);
    }

    public async ValueTask<bool?> ExistsAsync(string user, CancellationToken cancel) => await FindAsync(user, cancel) is not null;

    private async ValueTask<Account?> FindAsync(string user, CancellationToken cancel)
    {
        var book = directory();
        string address = user.Contains('@') || book.DefaultDomain is not { } domain ? user : $"{user}@{domain}";
        return Mailbox.TryParse(address, out var mailbox) ? await book.FindAccountAsync(AddressKey.Of(mailbox), cancel) : null;
    }

    /// <summary>Bound to the stored hash: a changed password is forgotten immediately.</summary>
    private string Proof(string stored, ReadOnlySpan<byte> password)
    {
        using var mac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, secret);
        mac.AppendData(Encoding.UTF8.GetBytes(stored));
        mac.AppendData([0]);
        mac.AppendData(password);
        return Convert.ToBase64String(mac.GetHashAndReset());
    }

    private static Login Right(Account account) => new(LoginOutcome.Right, account.Address.ToString());
}
