using System.Buffers;
using System.Security.Cryptography;
using Gatepost.MailAuth.Dkim;
using Gatepost.MailAuth.Message;

namespace Gatepost.MailAuth.Arc;

/// <summary>What a seal is made over.</summary>
internal static class ArcSeal
{
    /// <summary>The fields of the sets, in order, the last seal without its value; always in the relaxed form (RFC 8617 §5.1.1).</summary>
    /// <param name="sets">Up to the sealed one; that one alone when the chain failed (§5.1.2).</param>
    /// <param name="seal">Of the last set.</param>
    public static byte[] Hash(IEnumerable<ArcSet> sets, Signature seal)
    {
        var octets = new ArrayBufferWriter<byte>(4096);
        foreach (var set in sets)
        {
            HeaderForm.Write(set.Results, Canonicalization.Relaxed, octets);
            HeaderForm.Write(set.Message.Field, Canonicalization.Relaxed, octets);
            if (set.Seal != seal)
                HeaderForm.Write(set.Seal.Field, Canonicalization.Relaxed, octets);
        }

        seal.WriteOwn(Canonicalization.Relaxed, octets);
        return CryptographicOperations.HashData(seal.Algorithm.Hash(), octets.WrittenSpan);
    }
}
