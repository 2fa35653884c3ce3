using System.Globalization;
using System.Text;

namespace Gatepost.Delivery.Bounces;

/// <summary>One complete report (RFC 6522), put together by hand: every octet of it is ours to answer for.</summary>
internal sealed record DsnMessage
{
    public required string Host { get; init; }

    public required string From { get; init; }

    public required string FromName { get; init; }

    public required string To { get; init; }

    public required string Subject { get; init; }

    public required string LanguageCode { get; init; }

    public required DateTimeOffset Date { get; init; }

    /// <summary>Random; makes Message-ID and boundary.</summary>
    public required string Token { get; init; }

    /// <summary>Message-ID of the message reported on; null if it has no good one.</summary>
    public string? InReplyTo { get; init; }

    public required string Text { get; init; }

    public required string Status { get; init; }

    /// <summary>Header or message returned, with CRLF line ends.</summary>
    public required ReadOnlyMemory<byte> Returned { get; init; }

    public required bool ReturnsWhole { get; init; }

    /// <summary>The report travels under SMTPUTF8 and holds UTF-8 as it is (RFC 6533).</summary>
    public required bool Utf8 { get; init; }

    /// <summary>Whether it has octets above 127 unencoded.</summary>
    public bool IsEightBit => Utf8 || (ReturnsWhole && !Ascii.IsValid(Returned.Span));

    public byte[] ToOctets()
    {
        string boundary = "=_gatepost_" + Token;
        string kind = Utf8 ? "global-delivery-status" : "delivery-status";
        var message = new MemoryStream(Returned.Length + 4096);
        Write(message, $"""
            From: {Coding.HeaderText(FromName)} <{From}>
            To: <{To}>
            Subject: {(Utf8 ? Subject : Coding.HeaderText(Subject))}
            Date: {Date.ToUniversalTime().ToString("ddd, dd MMM yyyy HH:mm:ss '+0000'", CultureInfo.InvariantCulture)}
            Message-ID: <{Token}.report@{Host}>

            """);
        if (InReplyTo is { } id)
            Write(message, $"In-Reply-To: {id}\nReferences: {id}\n");
        Write(message, $"""
            Auto-Submitted: auto-replied
            Content-Language: {LanguageCode}
            MIME-Version: 1.0
            Content-Type: multipart/report; report-type={kind};
             boundary="{boundary}"
            Content-Transfer-Encoding: {(IsEightBit ? "8bit" : "7bit")}

            --{boundary}
            Content-Type: text/plain; charset=utf-8

            """);
        AddText(message);
        Write(message, $"""

            --{boundary}
            Content-Type: message/{kind}
            Content-Transfer-Encoding: {(Utf8 ? "8bit" : "7bit")}


            """);
        Write(message, Status);
        Write(message, $"\n--{boundary}\n");
        AddReturned(message);
        Write(message, $"\n--{boundary}--\n");
        return message.ToArray();
    }

    private void AddText(MemoryStream message)
    {
        bool plain = Ascii.IsValid(Text) && Text.Split('\n').All(line => line.Length < 990);
        Write(message, $"Content-Language: {LanguageCode}\nContent-Transfer-Encoding: {(plain ? "7bit" : "base64")}\n\n");
        Write(message, plain ? Text : Coding.Base64(Text));
    }

    private void AddReturned(MemoryStream message)
    {
        var octets = Returned.Span;
        bool ascii = Ascii.IsValid(octets);
        string type = (ReturnsWhole, Utf8) switch
        {
            (true, true) => "message/global",
            (true, false) => "message/rfc822",
            (false, true) => "message/global-headers",
            _ => "text/rfc822-headers",
        };
        // A whole message may not be encoded (RFC 2046 §5.2.1); a header that broke the rules may (RFC 6522 §4).
        string coding = ascii ? "7bit" : ReturnsWhole || Utf8 ? "8bit" : "quoted-printable";
        Write(message, $"Content-Type: {type}\nContent-Transfer-Encoding: {coding}\n\n");
        if (coding == "quoted-printable")
            Coding.QuotedPrintable(Returned, message);
        else
            message.Write(octets);
    }

    private static void Write(MemoryStream message, string text) => message.Write(Encoding.UTF8.GetBytes(text.ReplaceLineEndings("\r\n")));
}
