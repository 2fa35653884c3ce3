using System.Buffers.Text;
using System.Text;
using Gatepost.Replies;

namespace Gatepost.Smtp.Commands;

/// <summary>Reads a command off its line (RFC 5321 §4.1.1). Context-free: what is allowed now is the dialogue's question.</summary>
public static class CommandParser
{
    private static readonly Plain[] Plains = [.. Enum.GetValues<Verb>().Select(verb => new Plain(verb))];

    /// <summary>Never throws, whatever the octets.</summary>
    /// <param name="line">Without CRLF.</param>
    public static Command Parse(ReadOnlySpan<byte> line)
    {
        // A tab at the end is as harmless as a space; any other control character is not part of the grammar.
        line = line.TrimEnd(" \t"u8);
        if (line.ContainsAnyInRange((byte)0, (byte)31) || line.Contains((byte)127))
            return new InvalidCommand(VerbOf(BeforeControl(FirstWord(line))), ProtocolReplies.ControlInCommand.Say());

        var word = FirstWord(line);
        var verb = VerbOf(word);
        var rest = line[word.Length..].TrimStart((byte)' ');
        return verb switch
        {
            Verb.Helo or Verb.Ehlo or Verb.Lhlo => ParseHello(verb, rest),
            Verb.Mail => PathParser.ParseMail(rest),
            Verb.Rcpt => PathParser.ParseRcpt(rest),
            Verb.Bdat => ParseBdat(rest),
            Verb.Auth => ParseAuth(rest),
            Verb.Xclient => XclientParser.Parse(rest),
            Verb.Vrfy when rest.IsEmpty => Wrong(verb, "VRFY address"),
            Verb.Data or Verb.Rset or Verb.Quit or Verb.StartTls when !rest.IsEmpty =>
                Wrong(verb, Encoding.ASCII.GetString(word).ToUpperInvariant()),
            _ => Plains[(int)verb],
        };
    }

    /// <summary>The verb a line begins with; needed for its length limit before it is complete.</summary>
    public static Verb PeekVerb(ReadOnlySpan<byte> line) => VerbOf(FirstWord(line));

    internal static InvalidCommand Wrong(Verb verb, string syntax) => new(verb, ProtocolReplies.BadArgument.Say(("syntax", syntax)));

    private static ReadOnlySpan<byte> FirstWord(ReadOnlySpan<byte> line)
    {
        int space = line.IndexOf((byte)' ');
        return space < 0 ? line : line[..space];
    }

    /// <summary>AUTH and a tab is still a log-in: what follows it is a secret.</summary>
    private static ReadOnlySpan<byte> BeforeControl(ReadOnlySpan<byte> word)
    {
        int control = word.IndexOfAnyInRange((byte)0, (byte)31);
        return control < 0 ? word : word[..control];
    }

    private static Verb VerbOf(ReadOnlySpan<byte> word)
    {
        if (word.Length is < 4 or > 8)
            return Verb.Unknown;

        Span<byte> capitals = stackalloc byte[8];
        Ascii.ToUpper(word, capitals, out int length);
        capitals = capitals[..length];
        return length == 4 ? VerbOfFour(capitals)
            : capitals.SequenceEqual("STARTTLS"u8) ? Verb.StartTls
            : capitals.SequenceEqual("XCLIENT"u8) ? Verb.Xclient
            : Verb.Unknown;
    }

    private static Verb VerbOfFour(ReadOnlySpan<byte> word) => ((word[0] << 24) | (word[1] << 16) | (word[2] << 8) | word[3]) switch
    {
        ('H' << 24) | ('E' << 16) | ('L' << 8) | 'O' => Verb.Helo,
        ('E' << 24) | ('H' << 16) | ('L' << 8) | 'O' => Verb.Ehlo,
        ('L' << 24) | ('H' << 16) | ('L' << 8) | 'O' => Verb.Lhlo,
        ('M' << 24) | ('A' << 16) | ('I' << 8) | 'L' => Verb.Mail,
        ('R' << 24) | ('C' << 16) | ('P' << 8) | 'T' => Verb.Rcpt,
        ('D' << 24) | ('A' << 16) | ('T' << 8) | 'A' => Verb.Data,
        ('B' << 24) | ('D' << 16) | ('A' << 8) | 'T' => Verb.Bdat,
        ('R' << 24) | ('S' << 16) | ('E' << 8) | 'T' => Verb.Rset,
        ('N' << 24) | ('O' << 16) | ('O' << 8) | 'P' => Verb.Noop,
        ('V' << 24) | ('R' << 16) | ('F' << 8) | 'Y' => Verb.Vrfy,
        ('E' << 24) | ('X' << 16) | ('P' << 8) | 'N' => Verb.Expn,
        ('H' << 24) | ('E' << 16) | ('L' << 8) | 'P' => Verb.Help,
        ('Q' << 24) | ('U' << 16) | ('I' << 8) | 'T' => Verb.Quit,
        ('A' << 24) | ('U' << 16) | ('T' << 8) | 'H' => Verb.Auth,
        ('T' << 24) | ('U' << 16) | ('R' << 8) | 'N' => Verb.Turn,
        ('S' << 24) | ('E' << 16) | ('N' << 8) | 'D' => Verb.Send,
        ('S' << 24) | ('O' << 16) | ('M' << 8) | 'L' => Verb.Soml,
        ('S' << 24) | ('A' << 16) | ('M' << 8) | 'L' => Verb.Saml,
        ('E' << 24) | ('T' << 16) | ('R' << 8) | 'N' => Verb.Etrn,
        _ => Verb.Unknown,
    };

    private static Command ParseHello(Verb verb, ReadOnlySpan<byte> name)
    {
        if (name.Length is < 1 or > Mailbox.MaxDomain)
            return WrongHello(verb);
        if (!name.ContainsAnyExceptInRange((byte)33, (byte)126))
            return new Hello(verb, Encoding.ASCII.GetString(name));

        Span<byte> shown = stackalloc byte[name.Length];
        for (int i = 0; i < name.Length; i++)
            shown[i] = name[i] is >= 33 and <= 126 ? name[i] : (byte)'?';
        return new Hello(verb, Encoding.ASCII.GetString(shown)) { Fault = WrongHello(verb) };
    }

    private static InvalidCommand WrongHello(Verb verb) =>
        Wrong(verb, verb switch { Verb.Helo => "HELO hostname", Verb.Lhlo => "LHLO hostname", _ => "EHLO hostname" });

    /// <summary>A chunk whose size we cannot read would be taken for commands: such a line ends the connection.</summary>
    private static Command ParseBdat(ReadOnlySpan<byte> rest)
    {
        var digits = FirstWord(rest);
        var last = rest[digits.Length..].TrimStart((byte)' ');
        bool isLast = Ascii.EqualsIgnoreCase(last, "LAST"u8);
        bool readable = TryReadNumber(digits, out long octets) && octets < long.MaxValue && (isLast || last.IsEmpty);
        return readable ? new Bdat(octets, isLast) : new InvalidCommand(Verb.Bdat, ProtocolReplies.ChunkSizeUnreadable.Say(), Closes: true);
    }

    private static Command ParseAuth(ReadOnlySpan<byte> rest)
    {
        var mechanism = FirstWord(rest);
        var response = rest[mechanism.Length..].TrimStart((byte)' ');
        if (mechanism.IsEmpty || mechanism.Length > 20 || mechanism.ContainsAnyExceptInRange((byte)33, (byte)126)
            || response.Contains((byte)' '))
            return Wrong(Verb.Auth, "AUTH mechanism [initial-response]");

        byte[]? initial = response.IsEmpty ? null : response.SequenceEqual("="u8) ? [] : response.ToArray();
        return new Auth(Encoding.ASCII.GetString(mechanism).ToUpperInvariant(), initial);
    }

    /// <summary>Digits only; a number beyond 63 bits becomes <see cref="long.MaxValue"/>, which is over every limit.</summary>
    internal static bool TryReadNumber(ReadOnlySpan<byte> digits, out long number)
    {
        number = 0;
        if (digits.Length is < 1 or > 20 || digits.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
            return false;
        if (!Utf8Parser.TryParse(digits, out number, out int used) || used != digits.Length)
            number = long.MaxValue;
        return true;
    }
}
