using System.Text;

namespace Gatepost.Explain.Text;

/// <summary>Turns octets into text by the declared character set, and by what the octets themselves say where the declaration is
/// wrong.</summary>
internal static class Charsets
{
    private static readonly Encoding Western = CodePage(1252);

    /// <param name="octets">Lines ended by LF.</param>
    /// <param name="declared">Value of the charset parameter, or null.</param>
    public static string Decode(ReadOnlySpan<byte> octets, string? declared)
    {
        bool escapes = octets.IndexOf("\u001b$"u8) >= 0 || octets.IndexOf("\u001b("u8) >= 0;
        if (Ascii.IsValid(octets) && !escapes)
            return Encoding.ASCII.GetString(octets);
        if (escapes)
            return CodePage(50220).GetString(octets);

        if (IsUtf8(octets))
            return Encoding.UTF8.GetString(octets);

        return Named(declared, octets).GetString(octets);
    }

    private static bool IsUtf8(ReadOnlySpan<byte> octets) => System.Text.Unicode.Utf8.IsValid(octets);

    private static Encoding Named(string? declared, ReadOnlySpan<byte> octets)
    {
        string name = declared?.Trim().Trim('"', '\'').ToLowerInvariant() ?? "";
        switch (name)
        {
            // Not 7-bit after all: one of the 8-bit forms of Japanese.
            case "iso-2022-jp" or "iso-2022-jp-1" or "iso-2022-jp-2" or "iso-2022-jp-3" or "csiso2022jp":
                return LooksLikeEuc(octets) ? CodePage(51932) : CodePage(932);
            case "utf-8" or "utf8" or "us-ascii" or "ascii" or "" or "unknown-8bit" or "x-unknown" or "unicode-1-1-utf-7" or "utf-7":
                return Western;
            case "shift-jis" or "x-sjis" or "sjis" or "ms_kanji" or "cp932" or "windows-31j":
                return CodePage(932);
            case "cp1251" or "win-1251":
                return CodePage(1251);
            case "koi8r" or "koi-8" or "cp878":
                return CodePage(20866);
        }

        try
        {
            return CodePagesEncodingProvider.Instance.GetEncoding(name) ?? Encoding.GetEncoding(name);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return Western;
        }
    }

    /// <summary>EUC-JP keeps both octets of a character at A1 and above; Shift_JIS uses 81 to 9F as well.</summary>
    private static bool LooksLikeEuc(ReadOnlySpan<byte> octets) => octets.IndexOfAnyInRange((byte)0x81, (byte)0x8d) < 0;

    private static Encoding CodePage(int number) => CodePagesEncodingProvider.Instance.GetEncoding(number) ?? Encoding.Latin1;
}
