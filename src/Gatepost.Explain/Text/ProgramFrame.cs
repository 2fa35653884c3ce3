using System.Text.RegularExpressions;

namespace Gatepost.Explain.Text;

/// <summary>
/// Recognises what a mail program, a script or a web form says when it could not send: no server has such a message, so nothing tries
/// again.
/// </summary>
internal static partial class ProgramFrame
{
    /// <summary>True if an exception's name is in the words: a program's own error message.</summary>
    public static bool NamesException(ReadOnlySpan<char> text) => ExceptionName().IsMatch(text[..Math.Min(text.Length, 2000)]);

    /// <summary>The text begins as a program's own log does: <c>2026/11/27 10:00:00 send to bob: 550 no</c>.</summary>
    public static bool IsProgramLog(ReadOnlySpan<char> text) => ProgramLog().IsMatch(text[..Math.Min(text.Length, 30)]);

    [GeneratedRegex(@"^\d{4}/\d\d/\d\d \d\d:\d\d:\d\d(?:\.\d+)? ")]
    private static partial Regex ProgramLog();

    /// <summary>
    /// <c>SMTPDataError:</c>, <c>Swift_TransportException</c>, <c>System.Net.Mail.SmtpException</c>; not "Error:" alone, which servers say.
    /// </summary>
    [GeneratedRegex(
        @"[a-z0-9_]Exception\b|[a-zA-Z0-9_]{2}Error:\s|[A-Z]{3}[A-Za-z]{0,80}(?:Refused|Disconnected|Error)\b")]
    private static partial Regex ExceptionName();
}
