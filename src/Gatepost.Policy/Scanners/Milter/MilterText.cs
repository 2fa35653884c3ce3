using System.Globalization;
using System.Text;
using Gatepost.Replies;

namespace Gatepost.Policy.Scanners.Milter;

/// <summary>Words of a filter, made harmless and short.</summary>
internal static class MilterText
{
    /// <summary>Most characters of a filter's words that are kept.</summary>
    public const int Longest = 200;

    /// <summary>A letter of the protocol as records show it.</summary>
    public static string Letter(byte letter) =>
        letter is > (byte)' ' and <= (byte)'~' ? $"'{(char)letter}'" : string.Create(CultureInfo.InvariantCulture, $"0x{letter:x2}");

    /// <summary>A filter's string up to its NUL, on one line.</summary>
    public static string Read(ReadOnlySpan<byte> data)
    {
        int end = data.IndexOf((byte)0);
        var octets = end < 0 ? data : data[..end];
        string text = Encoding.UTF8.GetString(octets[..Math.Min(octets.Length, 4 * Longest)]);
        return SafeText.Of(text.ReplaceLineEndings(" ").Trim(), Longest);
    }

    /// <summary>
    /// Reads the reply a filter wants said: <c>550 5.7.1 words</c>, or several lines <c>550-5.7.1 words</c>. Only its class is followed;
    /// the words are quoted in a reply of ours.
    /// </summary>
    /// <param name="permanent">Whether it is a 5yz; 4yz otherwise.</param>
    /// <param name="words">Without code and status; of several lines all, one behind the other.</param>
    /// <returns>False if it is no reply of class 4 or 5.</returns>
    public static bool TryReadReply(ReadOnlySpan<byte> data, out bool permanent, out string words)
    {
        permanent = false;
        words = "";
        int end = data.IndexOf((byte)0);
        var said = end < 0 ? data : data[..end];
        if (said.Length < 3 || said[0] is not ((byte)'4' or (byte)'5') || !char.IsAsciiDigit((char)said[1])
            || !char.IsAsciiDigit((char)said[2]))
            return false;

        permanent = said[0] == '5';
        var all = new StringBuilder();
        foreach (string line in Encoding.UTF8.GetString(said[..Math.Min(said.Length, 8 * Longest)]).Split('\n'))
        {
            // libmilter doubles % because its own text is a format.
            string text = WithoutCodes(line.Trim()).Replace("%%", "%", StringComparison.Ordinal);
            if (text.Length > 0)
                all.Append(all.Length == 0 ? "" : " ").Append(text);
        }

        words = Read(Encoding.UTF8.GetBytes(all.ToString()));
        return true;
    }

    private static ReadOnlySpan<char> Digits => "0123456789";

    private static string WithoutCodes(string line)
    {
        bool code = line.Length >= 3 && line.AsSpan(0, 3).IndexOfAnyExcept(Digits) < 0 && (line.Length == 3 || line[3] is ' ' or '-');
        var rest = code ? line.AsSpan(Math.Min(4, line.Length)).TrimStart() : line.AsSpan();
        return (EnhancedStatus.TryReadPrefix(rest, out _, out int length) ? rest[length..] : rest).Trim().ToString();
    }
}
