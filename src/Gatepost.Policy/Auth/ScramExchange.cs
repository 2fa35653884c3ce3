using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Gatepost.Smtp;

namespace Gatepost.Policy.Auth;

/// <summary>
/// SCRAM-SHA-256 and SCRAM-SHA-256-PLUS (RFC 5802, RFC 7677): the password never crosses the wire, and the server proves itself too.
/// </summary>
/// <param name="binding">For -PLUS: the channel binding <c>tls-server-end-point</c> (RFC 5929 §4); null without.</param>
/// <param name="plusOffered">Whether -PLUS was offered in this session: a client that believes it was not sees a doctored list (RFC 5802
/// §6).</param>
internal sealed class ScramExchange(LoginGate gate, Session session, byte[]? binding, bool plusOffered) : ISaslExchange
{
    private const int MaxMessage = 2_048;
    private const string Binding = "tls-server-end-point";

    private string header = "";
    private string clientFirst = "";
    private string serverFirst = "";
    private string nonce = "";
    private string said = "";
    private ScramKeys? keys;
    private string? user;
    private Authentication? decided;

    public async ValueTask<(byte[]? Challenge, Authentication? Outcome)> StepAsync(ReadOnlyMemory<byte>? response, CancellationToken cancel)
    {
        if (decided is { } outcome)
            return (null, outcome);
        if (response is not { } octets)
            return ([], null);
        if (octets.Length is 0 or > MaxMessage || !System.Text.Unicode.Utf8.IsValid(octets.Span))
            return (null, await WrongAsync(cancel));

        string message = Encoding.UTF8.GetString(octets.Span);
        return keys is null ? await BeginAsync(message, cancel) : await FinishAsync(message, cancel);
    }

    /// <summary>client-first-message: <c>n,,n=user,r=nonce</c>.</summary>
    private async ValueTask<(byte[]? Challenge, Authentication? Outcome)> BeginAsync(string message, CancellationToken cancel)
    {
        string[] parts = message.Split(',', 3);
        if (parts.Length < 3 || !TakesBinding(parts[0]))
            return (null, await WrongAsync(cancel));

        string[] fields = parts[2].Split(',');
        if (fields.Length < 2 || !fields[0].StartsWith("n=", StringComparison.Ordinal)
            || !fields[1].StartsWith("r=", StringComparison.Ordinal) || fields[1].Length is < 10 or > 130)
            return (null, await WrongAsync(cancel));
        said = Scram.Unescape(fields[0][2..]);
        if (LoginGate.ReadUser(Encoding.UTF8.GetBytes(said)).Length == 0 || (parts[1].Length > 0 && parts[1] != "a=" + fields[0][2..]))
            return (null, await WrongAsync(cancel));
        if (await gate.RefuseGuessingAsync(said, session.Client.Address, cancel) is { } closed)
            return (null, closed);
        if (await gate.Logins.FindScramAsync(said, cancel) is not { } found)
            return (null, await WrongAsync(cancel));

        (keys, user) = found;
        header = $"{parts[0]},{parts[1]},";
        clientFirst = parts[2];
        nonce = fields[1][2..] + Convert.ToBase64String(RandomNumberGenerator.GetBytes(18));
        serverFirst = $"r={nonce},s={Convert.ToBase64String(keys.Salt)},i={keys.Iterations}";
        return (Encoding.UTF8.GetBytes(serverFirst), null);
    }

    /// <summary>client-final-message: <c>c=biws,r=nonce,p=proof</c>.</summary>
    private async ValueTask<(byte[]? Challenge, Authentication? Outcome)> FinishAsync(string message, CancellationToken cancel)
    {
        int at = message.LastIndexOf(",p=", StringComparison.Ordinal);
        if (at < 0 || !Base64.IsValid(message.AsSpan(at + 3)))
            return (null, await WrongAsync(cancel));

        string withoutProof = message[..at];
        byte[] proof = Convert.FromBase64String(message[(at + 3)..]);
        string expected = $"c={Convert.ToBase64String([.. Encoding.UTF8.GetBytes(header), .. binding ?? []])},r={nonce}";
        byte[] everything = Encoding.UTF8.GetBytes($"{clientFirst},{serverFirst},{withoutProof}");
        bool right = proof.Length == SHA256.HashSizeInBytes & Same(withoutProof, expected) & Proves(proof, everything);
        if (!right || user is null)
            return (null, await WrongAsync(cancel));

        // RFC 4954 §4: what comes with success is a last challenge, answered by an empty response.
        decided = gate.Right(said, user, session.Client.Address);
        return (Encoding.ASCII.GetBytes("v=" + Convert.ToBase64String(Scram.Sign(HashAlgorithmName.SHA256, keys!.ServerKey, everything))),
            null);
    }

    private bool TakesBinding(string flag) => binding is null
        ? flag == "n" || (flag == "y" && !plusOffered)
        : flag == "p=" + Binding;

    private bool Proves(byte[] proof, byte[] everything)
    {
        byte[] signature = Scram.Sign(HashAlgorithmName.SHA256, keys!.StoredKey, everything);
        byte[] clientKey = new byte[signature.Length];
        for (int i = 0; i < clientKey.Length; i++)
            clientKey[i] = (byte)(signature[i] ^ (i < proof.Length ? proof[i] : 0));
        return CryptographicOperations.FixedTimeEquals(SHA256.HashData(clientKey), keys.StoredKey);
    }

    private static bool Same(string one, string other) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(one), Encoding.UTF8.GetBytes(other));

    private ValueTask<Authentication> WrongAsync(CancellationToken cancel) => gate.WrongAsync(said, session.Client.Address, cancel);
}
