namespace Gatepost.MailAuth.Srs;

/// <summary>The secrets of rewritten addresses, one for each hour in which mail was forwarded.</summary>
/// <remarks>Thread-safe.</remarks>
public interface ISrsSecrets
{
    /// <summary>The secret to sign with. A new one is durable before it is returned.</summary>
    /// <param name="hour">Hours since 1970, UTC.</param>
    /// <returns>With the hour it belongs to: an earlier one while no new secret can be kept.</returns>
    /// <exception cref="IOException">None can be kept, and there is no earlier one that still counts.</exception>
    (long Hour, ReadOnlyMemory<byte> Secret) Current(long hour);

    /// <summary>The secret of an hour; null if there is none, or no longer.</summary>
    ReadOnlyMemory<byte>? Find(long hour);
}
