using System.Security.Cryptography;
using System.Text;

namespace Gatepost.EndToEnd.Harness;

/// <summary>Messages whose every octet matters: what arrives is compared with these.</summary>
public static class SampleMessage
{
    /// <summary>
    /// Everything a careless server changes: leading dots, blanks at line ends, tabs in folded fields, empty lines, a line of 998 octets,
    /// 8-bit text.
    /// </summary>
    public static byte[] Tricky(string from, string to, string subject = "Octets as sent") => Encoding.UTF8.GetBytes(Crlf(
        $"""
        From: {from}
        To: {to}
        Subject: {subject}
        Date: Tue, 24 Nov 2026 06:00:00 +0000
        Message-ID: <{Guid.NewGuid():N}@client.test>
        X-Folded: first
        {"\t"}second,
          third with two blanks
        x-ODD-case:no blank after the colon
        MIME-Version: 1.0
        Content-Type: text/plain; charset=utf-8
        Content-Transfer-Encoding: 8bit

        .a line that starts with a dot
        ..two dots
        ...
        trailing blanks   
        {"\t"}tab first

        From the start of a line
        {new string('x', 998)}
        Привет, Grüße, こんにちは


        the line before this is empty, and so is the next one

        """));

    /// <summary>A message of at least <paramref name="size"/> octets, in base64 lines that do not compress or repeat.</summary>
    public static byte[] Large(string from, string to, int size)
    {
        string head = Crlf(
            $"""
            From: {from}
            To: {to}
            Subject: A large one
            Date: Tue, 24 Nov 2026 06:00:00 +0000
            Message-ID: <{Guid.NewGuid():N}@client.test>
            MIME-Version: 1.0
            Content-Type: application/octet-stream
            Content-Transfer-Encoding: base64


            """);
        string lines = Convert.ToBase64String(
            RandomNumberGenerator.GetBytes((size * 3 / 4) + 57), Base64FormattingOptions.InsertLineBreaks);
        return Encoding.ASCII.GetBytes(head + lines + "\r\n");
    }

    /// <summary>The shortest that is still a message.</summary>
    public static byte[] Small(string subject) => Encoding.ASCII.GetBytes(Crlf(
        $"""
        From: sender@client.test
        To: ann@demo.test
        Subject: {subject}
        Date: Tue, 24 Nov 2026 06:00:00 +0000
        Message-ID: <{Guid.NewGuid():N}@client.test>

        {subject}

        """));

    private static string Crlf(string text) => text.ReplaceLineEndings("\r\n");
}
