using System.Text;

namespace Gatepost.Smtp.Commands;

/// <summary><c>XCLIENT NAME=... ADDR=...</c> (Postfix XCLIENT_README): who the client of a trusted proxy is.</summary>
internal static class XclientParser
{
    public static readonly string[] Names = ["NAME", "ADDR", "PORT", "PROTO", "HELO", "LOGIN", "DESTADDR", "DESTPORT"];

    private const string Syntax = "XCLIENT attribute=value ...";

    public static Command Parse(ReadOnlySpan<byte> rest)
    {
        var attributes = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var range in rest.Split((byte)' '))
        {
            var word = rest[range];
            if (word.IsEmpty)
                continue;

            int equals = word.IndexOf((byte)'=');
            if (equals < 1 || word.Length - equals > 512 || !Ascii.IsValid(word))
                return CommandParser.Wrong(Verb.Xclient, Syntax);

            string name = Encoding.ASCII.GetString(word[..equals]).ToUpperInvariant();
            string value = Xtext.Decode(Encoding.ASCII.GetString(word[(equals + 1)..]));
            if (Array.IndexOf(Names, name) < 0 || value.AsSpan().ContainsAnyInRange('\0', '\x1f') || !attributes.TryAdd(name, Known(value)))
                return CommandParser.Wrong(Verb.Xclient, Syntax);
        }

        return attributes.Count == 0 ? CommandParser.Wrong(Verb.Xclient, Syntax) : new Xclient(attributes);
    }

    private static string? Known(string value) =>
        value.Equals("[UNAVAILABLE]", StringComparison.OrdinalIgnoreCase)
            || value.Equals("[TEMPUNAVAIL]", StringComparison.OrdinalIgnoreCase) ? null : value;
}
