using System.Buffers;
using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Policy.Scanners;

/// <summary>
/// Asks ClamAV's daemon by INSTREAM: chunks with their length before them, an empty one at the end, one line back (clamd(8)).
/// </summary>
public sealed class ClamdScanner(ScannerOptions options, Func<CancellationToken, ValueTask<Stream>> connect, TimeProvider time) : IScanner
{
    private const int Chunk = 64 * 1024;
    private const int MaxReply = 1_024;

    public string Name => options.Name;

    public async ValueTask<Scan> ScanAsync(Session session, CancellationToken cancel)
    {
        var draft = session.Draft!;
        using var patience = new CancellationTokenSource(options.Timeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, patience.Token);
        try
        {
            await using var stream = await connect(both.Token);
            // The daemon may answer, for instance "size limit exceeded", and hang up while we still send.
            var reading = ReadReplyAsync(stream, both.Token);
            try
            {
                await SendAsync(stream, draft, both.Token);
            }
            catch (IOException) when (reading.IsCompletedSuccessfully)
            {
            }

            return Read(await reading);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return Scan.Away(Name, OurEvidence.NoAnswerWithin.Say(options.Timeout));
        }
        catch (Exception failure) when (failure is IOException or SocketException)
        {
            return Scan.Away(Name, failure);
        }
    }

    private static async Task SendAsync(Stream stream, IMessageDraft draft, CancellationToken cancel)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(Chunk + 4);
        try
        {
            await stream.WriteAsync("zINSTREAM\0"u8.ToArray(), cancel);
            await using var message = draft.OpenRead();
            int read;
            while ((read = await message.ReadAsync(buffer.AsMemory(4, Chunk), cancel)) > 0)
            {
                BinaryPrimitives.WriteInt32BigEndian(buffer, read);
                await stream.WriteAsync(buffer.AsMemory(0, read + 4), cancel);
            }

            await stream.WriteAsync(new byte[4], cancel);
            await stream.FlushAsync(cancel);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async Task<string> ReadReplyAsync(Stream stream, CancellationToken cancel)
    {
        byte[] reply = new byte[MaxReply];
        int length = 0;
        while (length < reply.Length)
        {
            int read = await stream.ReadAsync(reply.AsMemory(length), cancel);
            length += read;
            if (read == 0 || reply.AsSpan(0, length).Contains((byte)0))
                break;
        }

        return Encoding.UTF8.GetString(reply, 0, length).TrimEnd('\0', '\n', '\r');
    }

    /// <summary><c>stream: OK</c>, <c>stream: Eicar-Signature FOUND</c>, <c>INSTREAM size limit exceeded. ERROR</c>.</summary>
    private Scan Read(string reply)
    {
        if (reply.EndsWith(": OK", StringComparison.Ordinal))
            return new Scan(ScanOutcome.Clean, Name);
        if (!reply.EndsWith(" FOUND", StringComparison.Ordinal))
            return reply.Length == 0 ? Scan.Away(Name, OurEvidence.HungUpSilently.Say()) : Scan.Away(Name, reply);

        int from = reply.IndexOf(": ", StringComparison.Ordinal) is var colon and >= 0 ? colon + 2 : 0;
        string virus = reply[from..^" FOUND".Length];
        return new Scan(ScanOutcome.Virus, Name, virus.Length > 200 ? virus[..200] : virus, Facts: [OurFacts.Virus.Is(virus)]);
    }
}
