using System.Text;
using Gatepost.Replies;

namespace Gatepost.Configuration;

/// <summary>Writes docs/manual/configuration.md and configuration.ru.md from <see cref="ConfigKeys"/> and the files of words.</summary>
public static class ManualPage
{
    /// <summary>The page, in Markdown with lines that end in LF.</summary>
    /// <param name="texts">The language it is in; keys, examples and defaults are the same in all.</param>
    public static string Write(Texts texts)
    {
        var page = new StringBuilder("# gatepost.toml\n\n");
        page.Append($"<!-- {texts.Say("settings-page.generated")} -->\n\n{texts.Say("settings-page.where")}\n\n");
        page.Append($"- {texts.Say("settings-page.check")}\n- {texts.Say("settings-page.show")}\n");
        page.Append($"- {texts.Say("settings-page.reload")}\n\n{texts.Say("settings-page.values")}\n");
        foreach (var section in ConfigKeys.Sections)
            Write(page, section, texts);
        return page.ToString();
    }

    private static void Write(StringBuilder page, SectionDefinition section, Texts texts)
    {
        page.Append($"\n## {(section.Name.Length == 0 ? texts.Say("settings-page.general") : $"`{section.Heading}`")}\n\n");
        page.Append(texts.Say(section.Word)).Append("\n\n");
        if (section.Example.Length > 0)
            page.Append("```toml\n").Append(section.Example.ReplaceLineEndings("\n").Trim()).Append("\n```\n\n");

        string[] columns =
        [
            texts.Say("settings-page.key"), texts.Say("settings-page.takes"), texts.Say("settings-page.default"),
            texts.Say("settings-page.meaning"),
        ];
        page.Append($"| {string.Join(" | ", columns)} |\n|---|---|---|---|\n");
        string rules = string.Join(", ", section.Rules.Select(rule => $"`{rule}`"));
        foreach (var key in section.Keys)
        {
            string @default = key.Required ? texts.Say("settings-page.required")
                : key.Default.Length == 0 ? texts.Say("settings-page.no-default")
                : $"`{key.Default}`";
            string meaning = texts.Say(section.WordOf(key), ("rules", rules));
            page.Append($"| `{key.Name}` | {Cell(texts.Show(key.Takes))} | {@default} | {Cell(meaning)} |\n");
        }
    }

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
