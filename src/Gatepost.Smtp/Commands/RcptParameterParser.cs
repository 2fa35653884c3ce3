using System.Text;
using Gatepost.Replies;

namespace Gatepost.Smtp.Commands;

/// <summary>NOTIFY and ORCPT (RFC 3461 §4.1, §4.2; RFC 6533 §3).</summary>
internal static class RcptParameterParser
{
    public static Command Parse(Mailbox recipient, ReadOnlySpan<byte> parameters)
    {
        DsnNotify? notify = null;
        string? original = null;
        var reader = new ParameterReader(parameters);
        while (reader.MoveNext(out bool bad))
        {
            string? problem = null;
            if (bad)
                problem = "not of the form NAME=value";
            else if (Ascii.EqualsIgnoreCase(reader.Name, "NOTIFY"u8))
                problem = notify is not null ? "given twice" : TakeNotify(reader.Value, out notify);
            else if (Ascii.EqualsIgnoreCase(reader.Name, "ORCPT"u8))
                problem = original is not null ? "given twice" : TakeOriginal(reader.Value, out original);
            else
                return new InvalidCommand(
                    Verb.Rcpt, ProtocolReplies.UnknownParameter.Say(("parameter", Encoding.UTF8.GetString(reader.Name))));

            if (problem is not null)
                return new InvalidCommand(
                    Verb.Rcpt, ProtocolReplies.BadParameter.Say(("parameter", Encoding.UTF8.GetString(reader.Name)), ("problem", problem)));
        }

        return new RcptTo(new EnvelopeRecipient(recipient) { Notify = notify ?? DsnNotify.Unspecified, OriginalRecipient = original });
    }

    /// <summary>NEVER is alone; the others may be combined, each once.</summary>
    private static string? TakeNotify(ReadOnlySpan<byte> value, out DsnNotify? notify)
    {
        notify = null;
        var all = DsnNotify.Unspecified;
        foreach (var range in value.Split((byte)','))
        {
            var one = OneNotify(value[range]);
            if (one == DsnNotify.Unspecified || all.HasFlag(one))
                return "NEVER, or a list of SUCCESS, FAILURE, DELAY is expected";
            all |= one;
        }

        if (all.HasFlag(DsnNotify.Never) && all != DsnNotify.Never)
            return "NEVER cannot be combined with others";
        notify = all;
        return null;
    }

    private static DsnNotify OneNotify(ReadOnlySpan<byte> word) =>
        Ascii.EqualsIgnoreCase(word, "NEVER"u8) ? DsnNotify.Never
        : Ascii.EqualsIgnoreCase(word, "SUCCESS"u8) ? DsnNotify.Success
        : Ascii.EqualsIgnoreCase(word, "FAILURE"u8) ? DsnNotify.Failure
        : Ascii.EqualsIgnoreCase(word, "DELAY"u8) ? DsnNotify.Delay
        : DsnNotify.Unspecified;

    /// <summary><c>type;xtext</c>, 500 characters at most (RFC 3461 §4.2); <c>utf-8;</c> may hold UTF-8 itself (RFC 6533 §3).</summary>
    private static string? TakeOriginal(ReadOnlySpan<byte> value, out string? original)
    {
        original = null;
        int semicolon = value.IndexOf((byte)';');
        if (value.Length > 500 || semicolon < 1 || semicolon == value.Length - 1 || !IsAtom(value[..semicolon]))
            return "type;address of at most 500 characters is expected";

        bool utf8 = Ascii.EqualsIgnoreCase(value[..semicolon], "utf-8"u8);
        var address = value[(semicolon + 1)..];
        if (!(utf8 ? Xtext.IsValidUtf8Address(address) : Xtext.IsValid(address)))
            return "the address must be in xtext";
        original = Encoding.UTF8.GetString(value);
        return null;
    }

    private static bool IsAtom(ReadOnlySpan<byte> type)
    {
        foreach (byte octet in type)
        {
            if (!char.IsAsciiLetterOrDigit((char)octet) && octet is not ((byte)'-' or (byte)'_'))
                return false;
        }

        return true;
    }
}
