using System.Buffers;
using Gatepost.Smtp.Message;

namespace Gatepost.MailAuth.Message;

/// <summary>Header fields in the form in which they are signed (RFC 6376 §3.4.1, §3.4.2).</summary>
internal static class HeaderForm
{
    /// <summary>The field with its line end.</summary>
    public static void Write(HeaderField field, Canonicalization form, IBufferWriter<byte> to)
    {
        if (form == Canonicalization.Relaxed)
        {
            WriteRelaxed(field, to);
        }
        else
        {
            to.Write(field.Raw.Span);
            if (!field.Raw.Span.EndsWith("\r\n"u8))
                to.Write("\r\n"u8);
        }
    }

    /// <summary>The signature's own field: without the value of its b= tag and without line end (RFC 6376 §3.7).</summary>
    /// <param name="signature">Taken from <see cref="MessageFields"/>.</param>
    /// <param name="value">The tag as <see cref="TagList"/> found it in the field's value.</param>
    public static void WriteSignature(HeaderField signature, Tag value, Canonicalization form, ArrayBufferWriter<byte> to)
    {
        var raw = signature.Raw.Span;
        int from = signature.ColonAt + 1;
        byte[] without = [.. raw[..(from + value.Start)], .. raw[(from + value.End)..].TrimEnd("\r\n"u8)];
        var own = new ArrayBufferWriter<byte>(without.Length + 2);
        Write(new HeaderField(without, signature.NameLength, signature.ColonAt), form, own);
        to.Write(own.WrittenSpan[..^2]);
    }

    private static void WriteRelaxed(HeaderField field, IBufferWriter<byte> to)
    {
        var name = field.Name.Span;
        var value = field.Raw.Span[(field.ColonAt + 1)..];
        var target = to.GetSpan(name.Length + value.Length + 3);
        int used = 0;
        foreach (byte octet in name)
            target[used++] = octet is >= (byte)'A' and <= (byte)'Z' ? (byte)(octet | 0x20) : octet;
        target[used++] = (byte)':';
        int start = used;
        bool isBlank = false;
        for (int i = 0; i < value.Length; i++)
        {
            byte octet = value[i];
            if (octet is (byte)' ' or (byte)'\t')
            {
                isBlank = true;
            }
            else if (octet == '\r' && i + 1 < value.Length && value[i + 1] == '\n')
            {
                i++;
            }
            else if (octet != '\n' || i + 1 < value.Length)
            {
                if (isBlank && used > start)
                    target[used++] = (byte)' ';
                isBlank = false;
                target[used++] = octet;
            }
        }

        target[used++] = (byte)'\r';
        target[used++] = (byte)'\n';
        to.Advance(used);
    }
}
