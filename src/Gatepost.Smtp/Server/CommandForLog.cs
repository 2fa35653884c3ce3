using System.Text;
using Gatepost.Replies;
using Gatepost.Smtp.Commands;

namespace Gatepost.Smtp.Server;

/// <summary>A command as the journal shows it: harmless, short, without passwords.</summary>
internal static class CommandForLog
{
    /// <summary>Characters kept of a line.</summary>
    public const int MaxLength = 512;

    public const string Hidden = "(not shown: may be a password)";

    /// <param name="line">Without CRLF.</param>
    /// <param name="command">What it was understood as.</param>
    /// <param name="afterLogin">Whether AUTH went before, so that a line that is no command may be a password.</param>
    public static string Of(ReadOnlySpan<byte> line, Command command, bool afterLogin)
    {
        if (command is Auth)
            return Login(line);
        return Common(line) ?? OfBroken(line, command.Verb == Verb.Unknown && afterLogin);
    }

    /// <summary>
    /// A line that could not be taken for a command. One that begins with AUTH is hidden whatever follows: a password may follow a
    /// tab as well as behind a space.
    /// </summary>
    /// <param name="line">Without its line end.</param>
    /// <param name="afterLogin">Whether AUTH went before.</param>
    public static string OfBroken(ReadOnlySpan<byte> line, bool afterLogin) =>
        afterLogin || BeginsLogin(line) ? Hidden : SafeText.Of(line, MaxLength);

    private static bool BeginsLogin(ReadOnlySpan<byte> line)
    {
        int first = line.IndexOfAnyExceptInRange((byte)0, (byte)32);
        return first >= 0 && line.Length - first >= 4 && Ascii.EqualsIgnoreCase(line.Slice(first, 4), "AUTH"u8);
    }

    private static string Login(ReadOnlySpan<byte> line)
    {
        // "AUTH MECHANISM", and nothing of what follows.
        int first = line.IndexOf((byte)' ');
        if (first < 0)
            return "AUTH";
        var rest = line[(first + 1)..].Trim((byte)' ');
        int second = rest.IndexOf((byte)' ');
        var mechanism = second < 0 ? rest : rest[..second];
        return "AUTH " + (IsMechanism(mechanism) ? SafeText.Of(mechanism, MaxLength) + (second < 0 ? "" : " ...") : Hidden);
    }

    /// <summary>A mechanism as a reply may repeat it: its name where the world knows it, else that it is none.</summary>
    public static string Mechanism(string word) => IsMechanism(Encoding.UTF8.GetBytes(word)) ? word : "this";

    /// <summary>
    /// Names the world knows (IANA's SASL registry and two of mail's own); whatever else is there may be a secret in the wrong place.
    /// </summary>
    private static bool IsMechanism(ReadOnlySpan<byte> word)
    {
        foreach (
            string known in (ReadOnlySpan<string>)["PLAIN", "LOGIN", "CRAM-MD5", "DIGEST-MD5", "SCRAM-SHA-1", "SCRAM-SHA-1-PLUS",
                "SCRAM-SHA-256", "SCRAM-SHA-256-PLUS", "EXTERNAL", "ANONYMOUS", "GSSAPI", "NTLM", "OAUTHBEARER", "XOAUTH2"])
        {
            if (Ascii.EqualsIgnoreCase(word, known))
                return true;
        }

        return false;
    }

    private static string? Common(ReadOnlySpan<byte> line) => line.Length != 4 ? null
        : line.SequenceEqual("DATA"u8) ? "DATA"
        : line.SequenceEqual("QUIT"u8) ? "QUIT"
        : line.SequenceEqual("RSET"u8) ? "RSET"
        : line.SequenceEqual("NOOP"u8) ? "NOOP"
        : null;
}
