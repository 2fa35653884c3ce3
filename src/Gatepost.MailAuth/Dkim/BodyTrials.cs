using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using Gatepost.MailAuth.Message;
using Gatepost.Replies;
using MimeKit.Encodings;

namespace Gatepost.MailAuth.Dkim;

/// <summary>What was done to a body after it was signed: changes that are common on the way are undone one at a time until the hash is the
/// signed one.</summary>
internal sealed class BodyTrials
{
    private const int MaxFooterLines = 1000;
    private const int MaxBannerLines = 12;

    private readonly Signature signature;
    private readonly HashAlgorithmName algorithm;

    private BodyTrials(Signature signature) => (this.signature, algorithm) = (signature, signature.Algorithm.Hash());

    /// <summary>Null when nothing tried leads to the signed body.</summary>
    /// <param name="body">As it came, at most <see cref="MessagePass.MaxAgain"/>.</param>
    public static Finding? Run(Signature signature, MessageFields fields, ReadOnlySpan<byte> body) =>
        new BodyTrials(signature).Find(fields, body);

    private Finding? Find(MessageFields fields, ReadOnlySpan<byte> body)
    {
        if (IsSigned([]))
            return OurEvidence.DkimBodyEmpty.Say();
        if (IsSigned(WithLineEnds(body)))
            return OurEvidence.DkimBodyLineEnds.Say();
        if (IsSigned(WithoutBlanks(body)))
            return OurEvidence.DkimBodyBlanks.Say();
        if (IsSigned(AtLines(body, ".."u8, "."u8)) || IsSigned(AtLines(body, "."u8, ".."u8)))
            return OurEvidence.DkimBodyDots.Say();
        if (IsSigned(AtLines(body, ">From "u8, "From "u8)))
            return OurEvidence.DkimBodyFromLines.Say();
        if (Recoded(fields, body) is { } encoding)
            return OurEvidence.DkimBodyRecoded.Say(encoding);
        var other = signature.BodyForm.Other();
        if (IsSigned(body, other))
            return OurEvidence.DkimBodyOtherForm.Say(other.Word(), signature.BodyForm.Word());
        if (FooterLines(body) is > 0 and var footer)
            return OurEvidence.DkimBodyFooter.Say(footer);
        return BannerLines(body) is > 0 and var banner ? OurEvidence.DkimBodyBanner.Say(banner) : null;
    }

    private bool IsSigned(ReadOnlySpan<byte> body) => IsSigned(body, signature.BodyForm);

    private bool IsSigned(ReadOnlySpan<byte> body, Canonicalization form)
    {
        using var hashes = new BodyHashes();
        var hash = hashes.Ask(form, algorithm, signature.Length);
        hashes.Feed(body);
        hashes.Finish();
        return hash.Value.Span.SequenceEqual(signature.BodyHash);
    }

    /// <summary>How many lines at the end must go until the body is the signed one; 0 when that does not help. One pass: the
    /// hash is taken at each line end.</summary>
    private int FooterLines(ReadOnlySpan<byte> body)
    {
        int lines = body.Count("\r\n"u8) + (body.EndsWith("\r\n"u8) ? 0 : 1);
        using var hash = IncrementalHash.CreateHash(algorithm);
        Span<byte> value = stackalloc byte[SHA256.HashSizeInBytes];
        int line = 0;
        int ends = 0;
        byte[] canonical = new byte[body.Length + 2];
        while (!body.IsEmpty)
        {
            int end = body.IndexOf("\r\n"u8);
            var text = Canonical(end < 0 ? body : body[..end], canonical);
            body = end < 0 ? [] : body[(end + 2)..];
            line++;
            if (text.IsEmpty)
            {
                ends++;
                continue;
            }

            // Empty lines are hashed before the text behind them: those at the end of a body do not count.
            for (; ends > 0; ends--)
                hash.AppendData("\r\n"u8);
            hash.AppendData(text);
            hash.AppendData("\r\n"u8);
            bool isTried = lines - line is > 0 and <= MaxFooterLines;
            if (isTried && hash.TryGetCurrentHash(value, out int size) && value[..size].SequenceEqual(signature.BodyHash))
                return lines - line;
        }

        return 0;
    }

    private ReadOnlySpan<byte> Canonical(ReadOnlySpan<byte> line, byte[] buffer)
    {
        if (signature.BodyForm == Canonicalization.Simple)
            return line;
        int used = 0;
        bool isBlank = false;
        foreach (byte octet in line)
        {
            bool blank = octet is (byte)' ' or (byte)'\t';
            if (!blank && isBlank)
                buffer[used++] = (byte)' ';
            isBlank = blank;
            if (!blank)
                buffer[used++] = octet;
        }

        return buffer.AsSpan(0, used);
    }

    private int BannerLines(ReadOnlySpan<byte> body)
    {
        for (int line = 1; line <= MaxBannerLines; line++)
        {
            int end = body.IndexOf("\r\n"u8);
            if (end < 0)
                return 0;
            body = body[(end + 2)..];
            if (IsSigned(body))
                return line;
        }

        return 0;
    }

    /// <summary>The encoding in which the signed body was put on the way; null when it was not.</summary>
    private string? Recoded(MessageFields fields, ReadOnlySpan<byte> body)
    {
        string encoding = fields.Places("content-transfer-encoding") is [.., var last]
            ? fields.All[last].Unfolded(100).ToLowerInvariant()
            : "";
        byte[]? decoded = encoding switch
        {
            "base64" => FromBase64(body),
            "quoted-printable" => FromQuotedPrintable(body),
            _ => null,
        };
        return decoded is not null && (IsSigned(decoded) || IsSigned(WithLineEnds(decoded))) ? encoding : null;
    }

    private static byte[]? FromBase64(ReadOnlySpan<byte> body)
    {
        byte[] decoded = new byte[Base64.GetMaxDecodedFromUtf8Length(body.Length)];
        return Base64.DecodeFromUtf8(body, decoded, out _, out int length) == OperationStatus.Done ? decoded[..length] : null;
    }

    private static byte[] FromQuotedPrintable(ReadOnlySpan<byte> body)
    {
        var decoder = new QuotedPrintableDecoder();
        byte[] decoded = new byte[decoder.EstimateOutputLength(body.Length)];
        return decoded[..decoder.Decode(body.ToArray(), 0, body.Length, decoded)];
    }

    private static byte[] WithLineEnds(ReadOnlySpan<byte> body)
    {
        var text = new List<byte>(body.Length + 64);
        for (int i = 0; i < body.Length; i++)
        {
            if (body[i] is not ((byte)'\r' or (byte)'\n'))
            {
                text.Add(body[i]);
                continue;
            }

            if (body[i] == '\r' && i + 1 < body.Length && body[i + 1] == '\n')
                i++;
            text.AddRange("\r\n"u8);
        }

        return [.. text];
    }

    private static byte[] WithoutBlanks(ReadOnlySpan<byte> body)
    {
        var text = new List<byte>(body.Length);
        foreach (var line in body.Split("\r\n"u8))
        {
            text.AddRange(body[line].TrimEnd(" \t"u8));
            text.AddRange("\r\n"u8);
        }

        return [.. text];
    }

    private static byte[] AtLines(ReadOnlySpan<byte> body, ReadOnlySpan<byte> old, ReadOnlySpan<byte> now)
    {
        var text = new List<byte>(body.Length);
        foreach (var range in body.Split("\r\n"u8))
        {
            var line = body[range];
            text.AddRange(line.StartsWith(old) ? now : []);
            text.AddRange(line.StartsWith(old) ? line[old.Length..] : line);
            text.AddRange("\r\n"u8);
        }

        return [.. text];
    }
}
