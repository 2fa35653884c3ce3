using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Gatepost.Replies;

namespace Gatepost.Web.Panel.Rendering;

/// <summary>The last step of every page: the encoder writes all letters outside ASCII, and all controls, as numbers.</summary>
/// <remarks>
/// Letters become themselves again, which makes a Russian page a fifth of its size; what <see cref="SafeText"/> calls harmful becomes its
/// replacement. It is done here because no page can forget it here. The characters that mean something in HTML stay numbers.
/// </remarks>
internal static partial class PageText
{
    public static string Finish(string html) => Number().Replace(html, static found =>
    {
        int value = int.Parse(found.ValueSpan[3..^1], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        if (value is '\n' or '\r' or '\t' || !Rune.IsValid(value))
            return value is '\n' or '\r' or '\t' ? found.Value : SafeText.Replacement.ToString();
        var rune = new Rune(value);
        return SafeText.IsHarmful(rune) ? SafeText.Replacement.ToString() : value < 0x80 ? found.Value : rune.ToString();
    });

    [GeneratedRegex("&#x[0-9A-F]{1,6};", RegexOptions.CultureInvariant)]
    private static partial Regex Number();
}
