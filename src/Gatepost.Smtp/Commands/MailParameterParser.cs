using System.Text;
using Gatepost.Replies;

namespace Gatepost.Smtp.Commands;

/// <summary>SIZE (RFC 1870), BODY (RFC 6152, RFC 3030), SMTPUTF8 (RFC 6531), RET and ENVID (RFC 3461), AUTH (RFC 4954), REQUIRETLS
/// (RFC 8689).</summary>
/// <remarks>Accepted after HELO too: a client that sends them means them.</remarks>
internal ref struct MailParameterParser
{
    [Flags]
    private enum Said
    {
        Nothing = 0,
        Size = 1,
        Body = 2,
        SmtpUtf8 = 4,
        Return = 8,
        EnvelopeId = 16,
        Auth = 32,
        RequireTls = 64,
    }

    private Said said;
    private long? size;
    private BodyType body;
    private DsnReturn returns;
    private string? envelopeId;

    public static Command Parse(Mailbox? sender, ReadOnlySpan<byte> parameters)
    {
        var parser = default(MailParameterParser);
        var reader = new ParameterReader(parameters);
        while (reader.MoveNext(out bool bad))
        {
            string? problem = bad ? "not of the form NAME=value" : parser.Take(reader);
            if (problem is { Length: 0 })
                return new InvalidCommand(
                    Verb.Mail, ProtocolReplies.UnknownParameter.Say(("parameter", Encoding.UTF8.GetString(reader.Name))));
            if (problem is not null)
                return new InvalidCommand(
                    Verb.Mail, ProtocolReplies.BadParameter.Say(("parameter", Encoding.UTF8.GetString(reader.Name)), ("problem", problem)));
        }

        var envelope = new Envelope
        {
            Sender = sender,
            DeclaredSize = parser.size,
            Body = parser.body,
            SmtpUtf8 = parser.said.HasFlag(Said.SmtpUtf8),
            Return = parser.returns,
            EnvelopeId = parser.envelopeId,
            Tls = parser.said.HasFlag(Said.RequireTls) ? TlsRequest.Required : TlsRequest.None,
        };
        return new MailFrom(envelope);
    }

    /// <returns>Null if good, empty if unknown, otherwise what is wrong.</returns>
    private string? Take(ParameterReader reader)
    {
        var name = reader.Name;
        if (Is(name, "SIZE"u8))
            return Once(Said.Size) ?? (
                CommandParser.TryReadNumber(reader.Value, out long octets) ? Set(ref size, octets) : "a number of octets is expected");
        if (Is(name, "BODY"u8))
            return Once(Said.Body) ?? TakeBody(reader.Value);
        if (Is(name, "SMTPUTF8"u8))
            return Once(Said.SmtpUtf8) ?? (reader.HasValue ? "it takes no value" : null);
        if (Is(name, "REQUIRETLS"u8))
            return Once(Said.RequireTls) ?? (reader.HasValue ? "it takes no value" : null);
        if (Is(name, "RET"u8))
            return Once(Said.Return) ?? TakeReturn(reader.Value);
        if (Is(name, "ENVID"u8))
            return Once(Said.EnvelopeId) ?? TakeEnvelopeId(reader.Value);
        if (Is(name, "AUTH"u8))
            return Once(Said.Auth) ?? (
                Xtext.IsValid(reader.Value) || reader.Value.SequenceEqual("<>"u8) ? null : "xtext of an address or <> is expected");
        return "";
    }

    private static bool Is(ReadOnlySpan<byte> name, ReadOnlySpan<byte> keyword) => Ascii.EqualsIgnoreCase(name, keyword);

    private static string? Set<T>(ref T? field, T value)
        where T : struct
    {
        field = value;
        return null;
    }

    private string? Once(Said parameter)
    {
        if (said.HasFlag(parameter))
            return "given twice";
        said |= parameter;
        return null;
    }

    private string? TakeBody(ReadOnlySpan<byte> value)
    {
        if (Is(value, "7BIT"u8))
            body = BodyType.SevenBit;
        else if (Is(value, "8BITMIME"u8))
            body = BodyType.EightBitMime;
        else if (Is(value, "BINARYMIME"u8))
            body = BodyType.BinaryMime;
        else
            return "7BIT, 8BITMIME or BINARYMIME is expected";
        return null;
    }

    private string? TakeReturn(ReadOnlySpan<byte> value)
    {
        if (Is(value, "FULL"u8))
            returns = DsnReturn.Full;
        else if (Is(value, "HDRS"u8))
            returns = DsnReturn.Headers;
        else
            return "FULL or HDRS is expected";
        return null;
    }

    /// <summary>100 characters at most; what they encode is printable (RFC 3461 §4.4).</summary>
    private string? TakeEnvelopeId(ReadOnlySpan<byte> value)
    {
        if (value.Length > 100 || !Xtext.IsValid(value))
            return "xtext of at most 100 characters is expected";
        envelopeId = Encoding.ASCII.GetString(value);
        return null;
    }
}
