using System.Net;
using System.Net.Security;
using Gatepost.Replies;

namespace Gatepost.Smtp;

/// <summary>What a listener is for.</summary>
public enum ListenerRole
{
    /// <summary>Mail from the world to our domains; never relays.</summary>
    Mx,

    /// <summary>Mail from our users: adds Message-ID and Date where missing (RFC 6409 §8).</summary>
    Submission,

    /// <summary>Mail from trusted networks to anywhere.</summary>
    Internal,

    /// <summary>LMTP (RFC 2033): one reply a recipient after the data.</summary>
    Lmtp,
}

/// <summary>
/// What is known of one client's connection. One owner, its connection; the gatekeeper reads it and fills <see cref="Candidate"/>'s
/// routes.
/// </summary>
public sealed class Session : IJournalPeer
{
    private List<string>? addedFields;

    /// <summary>Unique among all sessions of this server, sortable by time; written in journal, log and trace.</summary>
    public required string Id { get; init; }

    public required ListenerRole Role { get; init; }

    /// <summary>Who speaks to us, by PROXY or XCLIENT if the peer may say so. Never IPv4 inside IPv6.</summary>
    public required IPEndPoint Client { get; set => field = value.Plain(); }

    IPAddress? IJournalPeer.Address => Client.Address;

    string? IJournalPeer.Name => Helo;

    string? IJournalPeer.Login => User;

    string? IJournalPeer.ReverseName => ClientName;

    /// <summary>
    /// The client's name as its reverse name confirms it, or as XCLIENT says; null until it was looked up. It is in the Received
    /// field.
    /// </summary>
    public string? ClientName { get; set; }

    public required IPEndPoint Local { get; init; }

    /// <summary>The name we greet with.</summary>
    public required string HostName { get; init; }

    /// <summary>Whether a program of this machine hands the message over by the socket, and not a client over a network.</summary>
    public bool IsOfProgram { get; init; }

    /// <summary>What HELO or EHLO said; null before.</summary>
    public string? Helo { get; set; }

    public bool IsEsmtp { get; set; }

    /// <summary>Null in clear.</summary>
    public TlsState? Tls { get; set; }

    /// <summary>Login after a successful AUTH; null before.</summary>
    public string? User { get; set; }

    /// <summary>The SASL mechanism of that login; null before and where a proxy vouched for it.</summary>
    public string? AuthMechanism { get; set; }

    /// <summary>The running transaction; null outside one.</summary>
    public Envelope? Envelope { get; set; }

    /// <summary>Recipients of one message this listener takes, as announced by LIMITS.</summary>
    public int MaxRecipients { get; set; } = int.MaxValue;

    /// <summary>Octets of one message this listener takes, as announced by SIZE.</summary>
    public long MaxMessage { get; set; } = long.MaxValue;

    /// <summary>Octets of a line of a message, without CRLF; null for any.</summary>
    public int? MaxTextLine { get; set; }

    /// <summary>The recipient being judged at <see cref="Stage.RcptTo"/>.</summary>
    public EnvelopeRecipient? Candidate { get; set; }

    /// <summary>The body being judged at <see cref="Stage.Message"/>.</summary>
    public IMessageDraft? Draft { get; set; }

    /// <summary>Octets of that body, also of those that were too many to keep.</summary>
    public long Octets { get; set; }

    /// <summary>Received fields of that body (RFC 5321 §6.3), counted while it streams.</summary>
    public int Hops { get; set; }

    /// <summary>Octets of the longest line of that body, without CRLF.</summary>
    public long LongestLine { get; set; }

    /// <summary>Message-ID of that body; see <see cref="JournalEvent.MessageId"/>.</summary>
    public string? MessageId { get; set; }

    /// <summary>Whether that body begins with its text: nothing in it is a header field.</summary>
    public bool LacksHeader { get; set; }

    /// <summary>Whether the client has sent anything that was not read yet; null if that cannot be known.</summary>
    public Func<bool>? HasSpoken { get; set; }

    /// <summary>
    /// What the client sent before it had waited for an answer it must wait for (RFC 2920 §3.1), the first such thing; null while there
    /// was none.
    /// </summary>
    public Finding? PipelinedTooEarly { get; set; }

    /// <summary>
    /// The first error of syntax or order the client made in this session, in the words of its reply; null while there was none.
    /// </summary>
    public string? ProtocolFault { get; set; }

    /// <summary>
    /// Fields the gatekeeper adds above the message it passes: complete lines with CRLF, ASCII, emptied with each message.
    /// </summary>
    public IReadOnlyList<string> AddedFields => addedFields ?? [];

    /// <summary>Adds one header field.</summary>
    /// <param name="field"><c>Name: value</c> without line end; characters other than printable ASCII become <c>?</c>.</param>
    public void AddField(string field) =>
        (addedFields ??= []).Add(string.Create(field.Length + 2, field, static (line, text) =>
        {
            for (int i = 0; i < text.Length; i++)
                line[i] = text[i] is >= ' ' and <= '~' ? text[i] : '?';
            "\r\n".CopyTo(line[text.Length..]);
        }));

    /// <summary>Adds a header field as it is.</summary>
    /// <param name="field">Complete, CRLF included, ASCII; folded lines begin with a blank.</param>
    public void AddCompleteField(string field) => (addedFields ??= []).Add(field);

    /// <summary>Forgets the fields of the message before.</summary>
    public void ClearAddedFields() => addedFields = null;

    /// <summary>
    /// Header fields of the message being judged that the gatekeeper wants removed before it is stored: where each begins in the draft, and
    /// its octets; in their order, emptied with each message.
    /// </summary>
    public IReadOnlyList<(long Start, int Length)> RemovedFields { get; set; } = [];

    /// <summary>Whatever the gatekeeper wants to remember of this session.</summary>
    public object? GatekeeperState { get; set; }
}

/// <summary>What TLS agreed on.</summary>
public sealed record TlsState(System.Security.Authentication.SslProtocols Protocol, TlsCipherSuite Cipher)
{
    /// <summary>The channel binding <c>tls-server-end-point</c> (RFC 5929 §4), for SCRAM-PLUS; null if it is not known.</summary>
    public byte[]? ServerEndPoint { get; init; }
}
