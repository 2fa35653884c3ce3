using System.Security.Cryptography;

namespace Gatepost.MailAuth.Message;

/// <summary>The hashes of one body that the signatures of a message ask for, all made in one pass over its octets. Signatures that hash
/// the same way share one.</summary>
/// <remarks>Memory does not depend on the body. Not thread-safe.</remarks>
public sealed class BodyHashes : IDisposable
{
    private readonly List<BodyHash> hashes = [];
    private readonly BodyForm?[] forms = new BodyForm?[2];

    /// <summary>Octets of the body as it came.</summary>
    public long Octets { get; private set; }

    /// <summary>Asks for a hash, before the first octet.</summary>
    /// <param name="limit">Octets of the canonical body that are hashed (l=); null for all.</param>
    public BodyHash Ask(Canonicalization form, HashAlgorithmName algorithm, long? limit)
    {
        foreach (var known in hashes)
        {
            if (known.Form == form && known.Algorithm == algorithm && known.Limit == limit)
                return known;
        }

        var hash = new BodyHash(form, algorithm, limit);
        hashes.Add(hash);
        (forms[(int)form] ??= new BodyForm(form)).Targets.Add(hash);
        return hash;
    }

    /// <summary>The next octets of the body.</summary>
    public void Feed(ReadOnlySpan<byte> octets)
    {
        Octets += octets.Length;
        foreach (var form in forms)
            form?.Feed(octets);
    }

    /// <summary>The body has ended: the hashes have their values.</summary>
    public void Finish()
    {
        foreach (var form in forms)
            form?.Finish();
    }

    public void Dispose()
    {
        foreach (var hash in hashes)
            hash.Dispose();
    }
}

/// <summary>One hash of the body.</summary>
public sealed class BodyHash : IDisposable
{
    private readonly IncrementalHash hash;

    internal BodyHash(Canonicalization form, HashAlgorithmName algorithm, long? limit)
    {
        (Form, Algorithm, Limit) = (form, algorithm, limit);
        hash = IncrementalHash.CreateHash(algorithm);
    }

    public Canonicalization Form { get; }

    public HashAlgorithmName Algorithm { get; }

    public long? Limit { get; }

    /// <summary>Octets of the whole canonical body, also of those that a limit leaves out.</summary>
    public long Length { get; private set; }

    /// <summary>Empty until the body has ended.</summary>
    public ReadOnlyMemory<byte> Value { get; private set; }

    public void Dispose() => hash.Dispose();

    internal void Append(ReadOnlySpan<byte> canonical)
    {
        long room = (Limit ?? long.MaxValue) - Length;
        Length += canonical.Length;
        if (room > 0)
            hash.AppendData(room < canonical.Length ? canonical[..(int)room] : canonical);
    }

    internal void Finish() => Value = hash.GetHashAndReset();
}
