using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Gatepost.MailAuth.Spf;

/// <summary>What the macro letters mean in one check (RFC 7208 §7.2).</summary>
/// <param name="Client">Without IPv4-mapped form.</param>
/// <param name="LocalPart">Of the sender; <c>postmaster</c> if it has none.</param>
/// <param name="SenderDomain">Of the sender; the HELO name for the null sender.</param>
/// <param name="Domain">Whose record is evaluated now.</param>
/// <param name="Helo">As the client greeted.</param>
/// <param name="Receiver">The host that checks.</param>
/// <param name="ClientName">The validated name, <c>unknown</c> if there is none or it was not looked up.</param>
/// <param name="Now">For <c>%{t}</c>.</param>
internal sealed record SpfMacroValues(
    IPAddress Client,
    string LocalPart,
    string SenderDomain,
    string Domain,
    string Helo,
    string Receiver,
    string ClientName,
    DateTimeOffset Now)
{
    public const string Unknown = "unknown";

    /// <param name="letter">In lower case, one of <c>slodiphcrtv</c>.</param>
    public string Of(char letter) => letter switch
    {
        's' => $"{LocalPart}@{SenderDomain}",
        'l' => LocalPart,
        'o' => SenderDomain,
        'd' => Domain,
        'i' => Dotted(),
        'p' => ClientName,
        'h' => Helo,
        'c' => Client.ToString(),
        'r' => Receiver,
        't' => Now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
        _ => Client.AddressFamily == AddressFamily.InterNetwork ? "in-addr" : "ip6",
    };

    /// <summary>Four numbers, or 32 hexadecimal digits with dots between.</summary>
    private string Dotted() =>
        Client.AddressFamily == AddressFamily.InterNetwork
            ? Client.ToString()
            : string.Join('.', Convert.ToHexString(Client.GetAddressBytes()).AsEnumerable());
}
