using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Gatepost.Files;
using Gatepost.Replies;

namespace Gatepost.Smtp.Client;

/// <summary>AUTH as the client (RFC 4954): PLAIN, LOGIN, SCRAM and XOAUTH2, the safest that the server offers.</summary>
/// <remarks>
/// The journal gets the name of the mechanism and the replies. No secret gets there: what we send is shown as "...", and what the server
/// repeats of it is taken out of its reply.
/// </remarks>
internal sealed class SaslLogin(ClientConnection connection, ClientLogin login, TimeSpan longest)
{
    private const string Shown = "(response)";

    /// <summary>Logs in.</summary>
    /// <param name="offered">The server's mechanisms, in capitals.</param>
    /// <exception cref="SmtpClientException">
    /// The server does not take us, offers nothing we may use, or broke off; the mail waits, because its sender cannot change that.
    /// </exception>
    public async ValueTask RunAsync(IReadOnlyList<string> offered, CancellationToken cancel)
    {
        string secret = Secret();
        var usable = (login.IsToken ? ["XOAUTH2"] : login.Mechanisms ?? ClientLogin.Known).Where(offered.Contains).ToList();
        if (usable.Count == 0)
            throw connection.Fail(ClientReplies.LoginNotOffered.Say(
                [.. connection.About, ("mechanisms", offered.Count == 0 ? "none" : string.Join(' ', offered))]), Stage.Authenticate);

        // A server may offer SCRAM and have only a hash for PLAIN: the next mechanism is tried once.
        Reply? refusal = null;
        foreach (string mechanism in usable)
        {
            connection.Hide(Secrets(secret));
            var reply = await ExchangeAsync(mechanism, secret, cancel);
            connection.Hide([]);
            if (reply.Code == 235)
                return;
            if (!reply.IsPermanent || !connection.IsUsable)
                throw new SmtpClientException(
                    reply.IsPositive ? connection.UnexpectedReply(reply, Stage.Authenticate) : reply, Stage.Authenticate);
            refusal = reply;
            if (!mechanism.StartsWith("SCRAM", StringComparison.Ordinal))
                break;
        }

        throw connection.Fail(
            ClientReplies.LoginRefused.Say([.. connection.About, ("user", login.User), ("words", refusal!.ToString())]),
            Stage.Authenticate);
    }

    private string Secret()
    {
        try
        {
            return login.Secret();
        }
        catch (Exception failure) when (Disk.IsFailure(failure))
        {
            throw connection.Fail(
                ClientReplies.LoginSecretMissing.Say([.. connection.About, ("user", login.User), ("cause", failure.Message)]),
                Stage.Authenticate, failure);
        }
    }

    private ValueTask<Reply> ExchangeAsync(string mechanism, string secret, CancellationToken cancel) => mechanism switch
    {
        "PLAIN" => SendAsync($"AUTH PLAIN {Plain(secret)}", "AUTH PLAIN ...", cancel),
        "LOGIN" => LoginAsync(secret, cancel),
        "XOAUTH2" => TokenAsync(secret, cancel),
        _ => ScramAsync(mechanism, secret, cancel),
    };

    private async ValueTask<Reply> LoginAsync(string secret, CancellationToken cancel)
    {
        var reply = await SendAsync("AUTH LOGIN", "AUTH LOGIN", cancel);
        if (reply.Code == 334)
            reply = await SendAsync(Encoded(login.User), Shown, cancel);
        return reply.Code == 334 ? await SendAsync(Encoded(secret), Shown, cancel) : reply;
    }

    /// <summary>A refused token comes as a challenge with its reason; an empty response asks for the reply.</summary>
    private async ValueTask<Reply> TokenAsync(string secret, CancellationToken cancel)
    {
        var reply = await SendAsync($"AUTH XOAUTH2 {Token(secret)}", "AUTH XOAUTH2 ...", cancel);
        return reply.Code == 334 ? await SendAsync("", Shown, cancel) : reply;
    }

    private async ValueTask<Reply> ScramAsync(string mechanism, string secret, CancellationToken cancel)
    {
        var hash = mechanism == "SCRAM-SHA-256" ? HashAlgorithmName.SHA256 : HashAlgorithmName.SHA1;
        var scram = new ScramClient(hash, login.User, secret, Convert.ToBase64String(RandomNumberGenerator.GetBytes(18)));
        var reply = await SendAsync($"AUTH {mechanism} {Encoded(scram.First)}", $"AUTH {mechanism} ...", cancel);
        if (reply.Code != 334)
            return reply;

        string final;
        try
        {
            final = scram.Final(Decoded(reply.Text));
        }
        catch (FormatException)
        {
            // RFC 4954 §4: a star gives the exchange up.
            var end = await SendAsync("*", "*", cancel);
            return end.IsPermanent ? end : connection.UnexpectedReply(reply, Stage.Authenticate);
        }

        reply = await SendAsync(Encoded(final), Shown, cancel);
        bool proven = reply.Code is 334 or 235 && Words(reply.Text).Any(word => Base64.IsValid(word) && scram.Proves(Decoded(word)));
        if (reply.Code == 334 && proven)
            reply = await SendAsync("", Shown, cancel);
        return proven || reply.Code is not (334 or 235) ? reply : connection.UnexpectedReply(reply, Stage.Authenticate);
    }

    private ValueTask<Reply> SendAsync(string line, string shown, CancellationToken cancel) =>
        connection.SendHiddenAsync(line, new PendingCommand(Stage.Authenticate, shown), longest, cancel);

    private string Plain(string secret) => Encoded($"\0{login.User}\0{secret}");

    private string Token(string secret) => Encoded($"user={login.User}\u0001auth=Bearer {secret}\u0001\u0001");

    /// <summary>What a reply might repeat.</summary>
    private string[] Secrets(string secret) => login.IsToken
        ? [Token(secret), Encoded(secret), secret]
        : [Plain(secret), Encoded(secret), secret];

    private static string[] Words(string text) => text.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries);

    private static string Encoded(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    /// <exception cref="FormatException">It is no base64.</exception>
    private static string Decoded(string text) => Encoding.UTF8.GetString(Convert.FromBase64String(text.Trim()));
}
