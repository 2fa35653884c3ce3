using System.IO.Pipelines;
using System.Text;
using System.Text.Unicode;
using Gatepost.Smtp;
using Gatepost.Smtp.Client;
using MimeKit;
using MimeKit.IO;

namespace Gatepost.Delivery.Destinations;

/// <summary>
/// A message whose parts are re-encoded in plain ASCII: text as quoted-printable, the rest as base64, the structure unchanged
/// (RFC 6152 §3). It is read from the stored message while it is sent, one reader at a time.
/// </summary>
internal sealed class SevenBitMessage : IAsyncDisposable
{
    /// <summary>Octets of a line, without its end (RFC 5321 §4.5.3.1.6 less two).</summary>
    private const int LongestLine = 998;

    private static readonly FormatOptions Format = new() { NewLineFormat = NewLineFormat.Dos };

    private static readonly HeaderId[] Signatures = [HeaderId.DkimSignature, HeaderId.DomainKeySignature, HeaderId.ArcMessageSignature];

    private readonly MimeMessage message;
    private readonly Stream source;

    private SevenBitMessage(MimeMessage message, Stream source, long size)
    {
        this.message = message;
        this.source = source;
        Body = OutgoingBody.From(size, _ => new(new Reading(message)));
    }

    public OutgoingBody Body { get; }

    /// <returns>Null if it is signed, or cannot be read as MIME: then it must not be changed.</returns>
    /// <exception cref="IOException">The store cannot give the body.</exception>
    public static async ValueTask<SevenBitMessage?> OfAsync(OutgoingBody body, CancellationToken cancel)
    {
        var source = await body.OpenAsync(cancel);
        try
        {
            var message = await MimeMessage.LoadAsync(ParserOptions.Default, source, persistent: true, cancel);
            if (message.Body is { } root && !IsSigned(message, root))
            {
                Reencode(message, root);
                using var measured = new MeasuringStream();
                await message.WriteToAsync(Format, measured, cancel);
                return new SevenBitMessage(message, source, measured.Length);
            }
        }
        catch (FormatException)
        {
            // No MIME message: whatever it is, it is not for us to encode.
        }
        catch
        {
            await source.DisposeAsync();
            throw;
        }

        await source.DisposeAsync();
        return null;
    }

    public async ValueTask DisposeAsync()
    {
        message.Dispose();
        await source.DisposeAsync();
    }

    private static bool IsSigned(MimeMessage message, MimeEntity root) =>
        Signatures.Any(message.Headers.Contains) || HoldsSignedPart(root);

    /// <summary>S/MIME and OpenPGP sign a part as it is (RFC 1847 §2.1).</summary>
    private static bool HoldsSignedPart(MimeEntity entity) =>
        entity.ContentType.IsMimeType("multipart", "signed")
        || (entity is Multipart parts && parts.Any(HoldsSignedPart))
        || (entity is MessagePart { Message.Body: { } inner } && HoldsSignedPart(inner));

    private static void Reencode(MimeMessage message, MimeEntity root)
    {
        if (!message.Headers.Contains(HeaderId.MimeVersion))
            message.MimeVersion = new Version(1, 0);
        if (!root.Headers.Contains(HeaderId.ContentType) && root is MimePart { Content: { } content })
            root.ContentType.Charset = CharsetOf(content);
        ReencodeEntity(root);
    }

    private static void ReencodeEntity(MimeEntity entity)
    {
        switch (entity)
        {
            case Multipart parts:
                // Only 7bit, 8bit and binary are allowed for a multipart (RFC 2045 §6.4), and its parts are 7bit now.
                if (parts.Headers.Contains(HeaderId.ContentTransferEncoding))
                    parts.Headers[HeaderId.ContentTransferEncoding] = "7bit";
                foreach (var part in parts)
                    ReencodeEntity(part);
                break;
            case MessagePart attached:
                if (attached.Headers.Contains(HeaderId.ContentTransferEncoding))
                    attached.Headers[HeaderId.ContentTransferEncoding] = "7bit";
                if (attached.Message?.Body is { } inner)
                    ReencodeEntity(inner);
                break;
            case MimePart part when part.ContentTransferEncoding is not (ContentEncoding.Base64 or ContentEncoding.QuotedPrintable):
                bool isBinary = part.ContentTransferEncoding == ContentEncoding.Binary;
                var best = part.GetBestEncoding(EncodingConstraint.SevenBit, LongestLine);
                if (best != ContentEncoding.SevenBit)
                    part.ContentTransferEncoding = isBinary || part is not TextPart ? ContentEncoding.Base64
                        : ContentEncoding.QuotedPrintable;
                else if (part.Headers.Contains(HeaderId.ContentTransferEncoding))
                    part.ContentTransferEncoding = ContentEncoding.SevenBit;
                break;
        }
    }

    /// <summary>Text that names no character set: UTF-8 if it is, or the name for one that is not known (RFC 1428 §3).</summary>
    private static string CharsetOf(IMimeContent content)
    {
        using var octets = new MemoryStream();
        content.DecodeTo(octets);
        return Utf8.IsValid(octets.GetBuffer().AsSpan(0, (int)octets.Length)) ? Encoding.UTF8.WebName : "unknown-8bit";
    }

    /// <summary>What MimeKit writes, to be read piece by piece: never more than a few blocks are in memory.</summary>
    private sealed class Reading : ReadOnlyStream
    {
        private readonly Pipe pipe = new();
        private readonly Stream read;
        private readonly Task writing;

        public Reading(MimeMessage message)
        {
            read = pipe.Reader.AsStream();
            writing = WriteAsync(message);
        }

        public override int Read(Span<byte> buffer) => read.Read(buffer);

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            read.ReadAsync(buffer, cancellationToken);

        public override async ValueTask DisposeAsync()
        {
            await read.DisposeAsync();
            // The next reader begins only when the one before it no longer moves in the stored message.
            await writing;
            await base.DisposeAsync();
        }

        private async Task WriteAsync(MimeMessage message)
        {
            try
            {
                await message.WriteToAsync(Format, pipe.Writer.AsStream(leaveOpen: true));
                await pipe.Writer.CompleteAsync();
            }
            catch (Exception failure)
            {
                // The reader gets an error instead of an early end.
                await pipe.Writer.CompleteAsync(failure as IOException ?? new IOException(failure.Message, failure));
            }
        }
    }
}
