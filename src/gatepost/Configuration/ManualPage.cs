using System.Text;
using Gatepost.Replies;

namespace Gatepost.Configuration;

/// <summary>Writes docs/manual/configuration.md from <see cref="ConfigKeys"/>.</summary>
public static class ManualPage
{
    private const string Introduction = """
        # gatepost.toml

        <!-- Generated from src/gatepost/Configuration/ConfigKeys*.cs by `./gatepost manual configuration`; a test keeps it current.
             Edit there. -->

        The configuration is one file in [TOML](https://toml.io). The program looks for it at `--config`, then `$GATEPOST_CONFIG`,
        `./gatepost.toml`, `/etc/gatepost/gatepost.toml`; without any it runs a harmless demonstration on loopback.

        - `gatepost config check` reports all errors together: file, line, and what to write instead.
        - `gatepost config show` prints every key with its effective value and where that value comes from.
        - `gatepost reload` (or SIGHUP) puts a changed file in force without dropping a session. A file with errors changes nothing:
          the last good one stays in force, and the errors are printed and logged. `data`, `[control]`, `[http]`, `[log]` and `[journal]`
          are read at start only.

        Durations are texts with units: `w` weeks, `d` days, `h` hours, `m` minutes, `s` seconds, `ms` milliseconds, also together:
        `"1h 30m"`. Sizes are texts with `B`, `KB`, `MB`, `GB`, `TB`, each 1024 times the one before. Paths that are not absolute
        count from the folder of the file. `{data}` in a path means the data folder.

        """;

    public static string Write()
    {
        var page = new StringBuilder(Introduction.ReplaceLineEndings("\n"));
        foreach (var section in ConfigKeys.Sections)
            Write(page, section);
        return page.ToString();
    }

    private static void Write(StringBuilder page, SectionDefinition section)
    {
        page.Append('\n').Append("## ").Append(section.Name.Length == 0 ? "General" : $"`{section.Heading}`").Append("\n\n");
        page.Append(section.Meaning).Append("\n\n");
        if (section.Example.Length > 0)
            page.Append("```toml\n").Append(section.Example.ReplaceLineEndings("\n").Trim()).Append("\n```\n\n");

        page.Append("| Key | Takes | Default | Meaning |\n|---|---|---|---|\n");
        foreach (var key in section.Keys)
        {
            string @default = key.Required ? "must be set" : key.Default.Length == 0 ? "see right" : $"`{key.Default}`";
            page.Append($"| `{key.Name}` | {Cell(Texts.English.Show(key.Takes))} | {@default} | {Cell(key.Meaning)} |\n");
        }
    }

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
