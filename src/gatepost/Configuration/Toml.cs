using Gatepost.Replies;
using Tomlyn.Parsing;
using Tomlyn.Syntax;

namespace Gatepost.Configuration;

/// <summary>A TOML value with the line it is on. Knows nothing of mail.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Source">As written, for showing it again.</param>
public abstract record TomlNode(int Line, string Source)
{
    /// <summary>What it is, for a person: <c>a text</c>, <c>a number</c>.</summary>
    public abstract Finding Sort { get; }
}

public sealed record TomlText(string Value, int Line, string Source) : TomlNode(Line, Source)
{
    public override Finding Sort => OurEvidence.SortText.Say();
}

public sealed record TomlNumber(long Value, int Line, string Source) : TomlNode(Line, Source)
{
    public override Finding Sort => OurEvidence.SortNumber.Say();
}

public sealed record TomlFlag(bool Value, int Line, string Source) : TomlNode(Line, Source)
{
    public override Finding Sort => OurEvidence.SortFlag.Say();
}

public sealed record TomlList(List<TomlNode> Items, int Line, string Source) : TomlNode(Line, Source)
{
    public override Finding Sort => OurEvidence.SortList.Say();
}

/// <summary>A <c>[table]</c>, one of a <c>[[list of tables]]</c>, or an inline <c>{ table }</c>; keys in the order written.</summary>
public sealed record TomlTable(OrderedDictionary<string, TomlNode> Entries, int Line, string Source) : TomlNode(Line, Source)
{
    public override Finding Sort => OurEvidence.SortTable.Say();
}

/// <summary>Values no key of ours takes: fractions, dates.</summary>
public sealed record TomlOther(Finding Kind, int Line, string Source) : TomlNode(Line, Source)
{
    public override Finding Sort => Kind;
}

/// <summary>Reads TOML text into nodes with lines; faults of the syntax are collected, and what can be read is read anyway.</summary>
public static class Toml
{
    public static TomlTable Parse(string text, string file, List<ConfigError> faults)
    {
        var document = SyntaxParser.Parse(text, file);
        foreach (var diagnostic in document.Diagnostics.Where(found => found.Kind == DiagnosticMessageKind.Error))
            faults.Add(new ConfigError(file, diagnostic.Span.Start.Line + 1, Tidy(diagnostic.Message)));

        var root = new TomlTable([], 1, "");
        AddEntries(root, document.KeyValues, file, faults);
        foreach (var section in document.Tables)
        {
            if (section.Name is null)
                continue;
            var table = Open(root, Path(section.Name), LineOf(section), section is TableArraySyntax, file, faults);
            if (table is not null)
                AddEntries(table, section.Items, file, faults);
        }

        return root;
    }

    private static void AddEntries(TomlTable table, IEnumerable<KeyValueSyntax> entries, string file, List<ConfigError> faults)
    {
        foreach (var entry in entries)
        {
            if (entry.Key is null || entry.Value is null)
                continue;

            var path = Path(entry.Key);
            var owner = path.Count == 1 ? table : Open(table, path[..^1], LineOf(entry), repeated: false, file, faults);
            if (owner is not null && !owner.Entries.TryAdd(path[^1], Read(entry.Value, file, faults))
                && !IsReported(faults, LineOf(entry)))
                faults.Add(new ConfigError(file, LineOf(entry), OurEvidence.ConfigKeyTwice.Say(path[^1])));
        }
    }

    /// <summary>Finds or makes the table of that path; a list of tables means its last one (TOML 1.0, "Array of Tables").</summary>
    private static TomlTable? Open(TomlTable from, List<string> path, int line, bool repeated, string file, List<ConfigError> faults)
    {
        var table = from;
        for (int i = 0; i < path.Count; i++)
        {
            bool last = i == path.Count - 1;
            if (!table.Entries.TryGetValue(path[i], out var found))
                found = table.Entries[path[i]] = last && repeated ? new TomlList([], line, "") : new TomlTable([], line, "");

            if (found is TomlList list && last && repeated)
                list.Items.Add(found = new TomlTable([], line, ""));
            else if (found is TomlList { Items: [.., TomlTable latest] })
                found = latest;

            if (found is not TomlTable next)
            {
                if (!IsReported(faults, line))
                    faults.Add(new ConfigError(file, line, OurEvidence.ConfigTwoSorts.Say(path[i], found.Sort)));
                return null;
            }

            table = next;
        }

        return table;
    }

    private static TomlNode Read(ValueSyntax value, string file, List<ConfigError> faults)
    {
        int line = LineOf(value);
        string source = value.ToString().Trim();
        switch (value)
        {
            case StringValueSyntax text:
                return new TomlText(text.Value ?? "", line, source);
            case IntegerValueSyntax number:
                return new TomlNumber(number.Value, line, source);
            case BooleanValueSyntax flag:
                return new TomlFlag(flag.Value, line, source);
            case ArraySyntax list:
                return new TomlList(
                    [.. list.Items.Where(item => item.Value is not null).Select(item => Read(item.Value!, file, faults))], line, source);
            case InlineTableSyntax inline:
                var table = new TomlTable([], line, source);
                AddEntries(table, inline.Items.Select(item => item.KeyValue!).Where(entry => entry is not null), file, faults);
                return table;
            case FloatValueSyntax:
                return new TomlOther(OurEvidence.SortFraction.Say(), line, source);
            default:
                return new TomlOther(OurEvidence.SortDate.Say(), line, source);
        }
    }

    private static List<string> Path(KeySyntax key)
    {
        var path = new List<string> { Name(key.Key) };
        foreach (var item in key.DotKeys)
            path.Add(Name(item.Key));
        return path;
    }

    private static string Name(BareKeyOrStringValueSyntax? part) => part switch
    {
        StringValueSyntax text => text.Value ?? "",
        BareKeySyntax bare => bare.Key?.Text ?? "",
        _ => "",
    };

    private static int LineOf(SyntaxNode node) => node.Span.Start.Line + 1;

    private static bool IsReported(List<ConfigError> faults, int line) => faults.Any(fault => fault.Line == line);

    private static Finding Tidy(string message) => OurEvidence.ConfigNoToml.Say(message.TrimEnd('.'));
}
