using System.Buffers;
using Gatepost.Replies;

namespace Gatepost.Smtp.Server;

/// <summary>Copies a message without some of its header fields, for what RFC 8601 §5 wants removed. Rare, so it may cost a copy.</summary>
internal static class FieldRemoval
{
    private const int Chunk = 32 * 1024;

    /// <returns><see cref="StoreOutcome.Kept"/> when all was copied, else what failed.</returns>
    public static async ValueTask<StoreResult> CopyAsync(
        IMessageDraft from, IMessageDraft to, IReadOnlyList<(long Start, int Length)> removed, CancellationToken cancel)
    {
        byte[] chunk = ArrayPool<byte>.Shared.Rent(Chunk);
        try
        {
            await using var octets = from.OpenRead();
            long at = 0;
            foreach (var (start, length) in removed.Append((from.Length, 0)))
            {
                while (at < start)
                {
                    int read = await octets.ReadAsync(chunk.AsMemory(0, (int)Math.Min(Chunk, start - at)), cancel).ConfigureAwait(false);
                    if (read == 0)
                        return Broken($"the message ended at octet {at}");
                    if (!await to.WriteAsync(chunk.AsMemory(0, read), cancel).ConfigureAwait(false))
                        return await to.EndAsync(cancel).ConfigureAwait(false);
                    at += read;
                }

                for (int left = length; left > 0;)
                {
                    int skipped = await octets.ReadAsync(chunk.AsMemory(0, Math.Min(Chunk, left)), cancel).ConfigureAwait(false);
                    if (skipped == 0)
                        return Broken($"the message ended at octet {at}");
                    (left, at) = (left - skipped, at + skipped);
                }
            }

            return await to.EndAsync(cancel).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            return Broken(FailureText.Of(failure));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }
    }

    private static StoreResult Broken(string cause) => new(StoreOutcome.Broken, null, cause);

    /// <summary>For the record.</summary>
    public static Verdict Verdict(int count) => Smtp.Verdict.Pass("forged-results", OurEvidence.ForgedResultsRemoved.Say(count));
}
