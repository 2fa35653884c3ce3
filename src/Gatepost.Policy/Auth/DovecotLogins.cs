using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Gatepost.Smtp;

namespace Gatepost.Policy.Auth;

/// <summary>
/// Log-ins checked by Dovecot over its authentication protocol 1.x (doc.dovecot.org, "Authentication Protocol"), for passwords that are
/// kept there.
/// </summary>
/// <remarks>
/// One connection a check: log-ins are rare beside mail. The user Dovecot names becomes the login; a bare name that
/// was typed as such is one of the default domain. SCRAM is not offered: Dovecot would have to speak it itself.
/// </remarks>
/// <param name="defaultDomain">The domain of names without @; null if there is none.</param>
public sealed class DovecotLogins(
    Func<CancellationToken, ValueTask<Stream>> connect, TimeProvider time, Func<string?>? defaultDomain = null) : ILogins
{
    private const int MaxLine = 8_192;
    private const int MaxLines = 200;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public bool HasScram => false;

    public async ValueTask<Login> CheckAsync(string user, ReadOnlyMemory<byte> password, IPAddress client, CancellationToken cancel)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, patience.Token);
        try
        {
            await using var stream = await connect(both.Token);
            var lines = new Lines(stream);
            await SayAsync(
                stream, string.Create(CultureInfo.InvariantCulture, $"VERSION\t1\t2\nCPID\t{Environment.ProcessId}\n"), both.Token);
            if (!await HandshakeAsync(lines, both.Token))
                return new Login(LoginOutcome.Unavailable);
            byte[] response = [0, .. Encoding.UTF8.GetBytes(user), 0, .. password.Span];
            string address = client.Plain().ToString();
            await SayAsync(
                stream, $"AUTH\t1\tPLAIN\tservice=smtp\tsecured\trip={address}\tresp={Convert.ToBase64String(response)}\n", both.Token);
            return await ReadAsync(lines, user, both.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return new Login(LoginOutcome.Unavailable);
        }
        catch (Exception failure) when (failure is IOException or SocketException)
        {
            return new Login(LoginOutcome.Unavailable);
        }
    }

    public ValueTask<(ScramKeys Keys, string? User)?> FindScramAsync(string user, CancellationToken cancel) =>
        ValueTask.FromResult<(ScramKeys, string?)?>(null);

    public ValueTask<bool?> ExistsAsync(string user, CancellationToken cancel) => ValueTask.FromResult<bool?>(null);

    private static ValueTask SayAsync(Stream stream, string text, CancellationToken cancel) =>
        stream.WriteAsync(Encoding.UTF8.GetBytes(text), cancel);

    /// <summary>Mechanisms, identities and a cookie come until DONE; only the major version matters.</summary>
    private static async ValueTask<bool> HandshakeAsync(Lines lines, CancellationToken cancel)
    {
        for (int i = 0; i < MaxLines; i++)
        {
            string[] words = (await lines.ReadAsync(cancel)).Split('\t');
            if (words[0] == "VERSION" && words.ElementAtOrDefault(1) != "1")
                return false;
            if (words[0] == "DONE")
                return true;
        }

        return false;
    }

    private async ValueTask<Login> ReadAsync(Lines lines, string user, CancellationToken cancel)
    {
        string[] words = (await lines.ReadAsync(cancel)).Split('\t');
        if (words is ["OK", "1", ..])
        {
            string named = words.FirstOrDefault(word => word.StartsWith("user=", StringComparison.Ordinal))?[5..] ?? user;
            // Where Dovecot cuts the domain off (auth_username_format = %n), the address that was typed is the login.
            string login = user.StartsWith(named + "@", StringComparison.OrdinalIgnoreCase) ? user : named;
            if (!user.Contains('@') && login.Equals(user, StringComparison.OrdinalIgnoreCase) && defaultDomain?.Invoke() is { } domain)
                login = $"{user}@{domain}";
            return login.Contains('@') && Mailbox.TryParse(login, out _) ? new Login(LoginOutcome.Right, login)
                : new Login(LoginOutcome.Unavailable);
        }

        // "temp" is Dovecot's word for a failure of its own, not of the password.
        bool wrong = words is ["FAIL", "1", ..] && !words.Contains("temp");
        return new Login(wrong ? LoginOutcome.Wrong : LoginOutcome.Unavailable);
    }

    /// <summary>Reads lines of bounded length.</summary>
    private sealed class Lines(Stream stream)
    {
        private readonly byte[] buffer = new byte[MaxLine];
        private int length;

        /// <exception cref="IOException">The other side hung up, or says more than anybody needs.</exception>
        public async ValueTask<string> ReadAsync(CancellationToken cancel)
        {
            while (true)
            {
                int end = buffer.AsSpan(0, length).IndexOf((byte)'\n');
                if (end >= 0)
                {
                    string line = Encoding.UTF8.GetString(buffer, 0, end);
                    buffer.AsSpan(end + 1, length - end - 1).CopyTo(buffer);
                    length -= end + 1;
                    return line;
                }

                if (length == buffer.Length)
                    throw new IOException("a line of the authentication service is too long");
                int read = await stream.ReadAsync(buffer.AsMemory(length), cancel);
                if (read == 0)
                    throw new IOException("the authentication service hung up");
                length += read;
            }
        }
    }
}
