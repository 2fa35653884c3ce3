using System.Net;
using Gatepost.Replies;

namespace Gatepost.Smtp.Commands;

/// <summary>The first word of a command line.</summary>
public enum Verb
{
    Unknown,
    Helo,
    Ehlo,
    Lhlo,
    Mail,
    Rcpt,
    Data,
    Bdat,
    Rset,
    Noop,
    Vrfy,
    Expn,
    Help,
    Quit,
    StartTls,
    Auth,
    Xclient,
    Turn,
    Send,
    Soml,
    Saml,
    Etrn,
}

/// <summary>One command of a client, understood. Only <see cref="CommandParser"/> reads it off a line.</summary>
public abstract record Command(Verb Verb)
{
    /// <summary>The stage it belongs to; null if it belongs to none.</summary>
    public Stage? Stage => Verb switch
    {
        Verb.Helo or Verb.Ehlo or Verb.Lhlo => Replies.Stage.Hello,
        Verb.Auth => Replies.Stage.Authenticate,
        Verb.Mail => Replies.Stage.MailFrom,
        Verb.Rcpt => Replies.Stage.RcptTo,
        Verb.Data or Verb.Bdat => Replies.Stage.Data,
        Verb.Xclient => Replies.Stage.Connect,
        _ => null,
    };
}

/// <summary>A command whose arguments, if any, mean nothing to us: DATA, RSET, NOOP, QUIT, ...</summary>
public sealed record Plain(Verb Verb) : Command(Verb);

/// <summary>HELO, EHLO or LHLO.</summary>
/// <param name="Name">1 to 255 printable ASCII characters; whether it is a good name is a rule's question.</param>
public sealed record Hello(Verb Verb, string Name) : Command(Verb)
{
    /// <summary>
    /// What is wrong with a name that has octets beyond printable ASCII, each of which became a question mark; null for none.
    /// </summary>
    public InvalidCommand? Fault { get; init; }
}

/// <summary>MAIL FROM with its parameters, already as the envelope they begin.</summary>
public sealed record MailFrom(Envelope Envelope) : Command(Verb.Mail);

/// <summary>RCPT TO with its parameters.</summary>
public sealed record RcptTo(EnvelopeRecipient Recipient) : Command(Verb.Rcpt);

/// <summary>BDAT: so many octets follow the line.</summary>
/// <param name="Octets">0 to <see cref="long.MaxValue"/>.</param>
/// <param name="Last">Whether they end the message.</param>
public sealed record Bdat(long Octets, bool Last) : Command(Verb.Bdat);

/// <summary>AUTH with its mechanism in capitals.</summary>
/// <param name="InitialResponse">Base64 as it came; null if none was sent, empty for <c>=</c>.</param>
public sealed record Auth(string Mechanism, byte[]? InitialResponse) : Command(Verb.Auth);

/// <summary>
/// XCLIENT of a trusted proxy: attributes by name in capitals, values decoded; null for <c>[UNAVAILABLE]</c> and <c>[TEMPUNAVAIL]</c>.
/// </summary>
public sealed record Xclient(IReadOnlyDictionary<string, string?> Attributes) : Command(Verb.Xclient)
{
    /// <summary>The client's address and port as ADDR and PORT name them.</summary>
    /// <param name="current">What holds where they are not named.</param>
    /// <param name="client">The client from now on.</param>
    /// <returns>False if one of them cannot be read.</returns>
    public bool TryGetClient(IPEndPoint current, out IPEndPoint client)
    {
        client = current;
        var address = current.Address;
        if (Attributes.GetValueOrDefault("ADDR") is { } given)
        {
            string literal = given.StartsWith("IPV6:", StringComparison.OrdinalIgnoreCase) ? given[5..] : given;
            if (literal.Contains('%') || !IPAddress.TryParse(literal, out address))
                return false;
        }

        int port = current.Port;
        if (Attributes.GetValueOrDefault("PORT") is { } number && !(int.TryParse(number, out port) && port is >= 0 and <= 65535))
            return false;
        client = new IPEndPoint(address, port);
        return true;
    }
}

/// <summary>A line that is no good command; the reply says why.</summary>
/// <param name="Closes">Whether nothing after it can be understood, so that the connection must end.</param>
public sealed record InvalidCommand(Verb Verb, Reply Reply, bool Closes = false) : Command(Verb);
