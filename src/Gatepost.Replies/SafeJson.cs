using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace Gatepost.Replies;

/// <summary>How JSON for people and programs is written: letters of all languages as themselves, and what <see cref="SafeText"/> calls
/// harmful as an escape.</summary>
public static class SafeJson
{
    /// <summary>Loses nothing: a reader gets the direction mark back that a terminal never sees.</summary>
    public static JavaScriptEncoder Encoder { get; } = Make();

    /// <summary>A member of an object; left out where there is no text.</summary>
    public static void WriteText(this Utf8JsonWriter json, string name, string? text)
    {
        if (text is not null)
            json.WriteString(name, text);
    }

    private static JavaScriptEncoder Make()
    {
        var settings = new TextEncoderSettings(UnicodeRanges.All);
        for (int character = 0; character <= char.MaxValue; character++)
        {
            if (!Rune.TryCreate((char)character, out var rune) || SafeText.IsHarmful(rune))
                settings.ForbidCharacter((char)character);
        }

        return JavaScriptEncoder.Create(settings);
    }
}
