using Tomlyn.Parsing;
using Tomlyn.Syntax;

namespace Gatepost.Replies;

/// <summary>What is wrong in a words or dialect file, said so that an admin finds it.</summary>
/// <param name="File">The file's name or path as it was given.</param>
/// <param name="Line">Counted from 1.</param>
/// <param name="What">What is wrong and what to write instead.</param>
public sealed record DataProblem(string File, int Line, string What)
{
    public override string ToString() => $"{File}:{Line}: {What}";
}

/// <summary>One TOML file of words or dialects as a flat list of sections; every value knows its line.</summary>
internal sealed class DataFile
{
    /// <summary>A table or an element of an array of tables.</summary>
    internal sealed record Section(string[] Path, bool InArray, int Line, List<Item> Items);

    /// <summary>A string, a whole number, true or false, or a list of strings.</summary>
    internal sealed record Item(string Key, object Value, int Line);

    private readonly List<DataProblem> problems = [];

    private DataFile(string name) => Name = name;

    public string Name { get; }

    /// <summary>In the order of the file; the values before the first table are the section with an empty path.</summary>
    public List<Section> Sections { get; } = [];

    public IReadOnlyList<DataProblem> Problems => problems;

    /// <summary>Reads what can be read; the rest is in <see cref="Problems"/>.</summary>
    public static DataFile Parse(string text, string name)
    {
        var file = new DataFile(name);
        var document = SyntaxParser.Parse(text, name, validate: true);
        foreach (var diagnostic in document.Diagnostics)
            file.problems.Add(new DataProblem(name, diagnostic.Span.Start.Line + 1, diagnostic.Message));
        if (document.HasErrors)
            return file;

        file.Sections.Add(new Section([], InArray: false, 1, file.Read(document.KeyValues)));
        foreach (var table in document.Tables)
        {
            int line = table.Span.Start.Line + 1;
            file.Sections.Add(new Section(Split(table.Name!), table is TableArraySyntax, line, file.Read(table.Items)));
        }

        return file;
    }

    /// <summary>The string of a key; null if there is none.</summary>
    internal static string? Text(Section section, string key) => section.Items.FirstOrDefault(item => item.Key == key)?.Value as string;

    /// <summary>The whole number of a key; null if there is none.</summary>
    internal static long? Number(Section section, string key) => section.Items.FirstOrDefault(item => item.Key == key)?.Value as long?;

    /// <summary>The strings of a key, one or many.</summary>
    internal static string[] List(Section section, string key) => section.Items.FirstOrDefault(item => item.Key == key)?.Value switch
    {
        string one => [one],
        string[] many => many,
        _ => [],
    };

    private List<Item> Read(IEnumerable<SyntaxNode> nodes)
    {
        var items = new List<Item>();
        foreach (var pair in nodes.OfType<KeyValueSyntax>())
        {
            string key = string.Join('.', Split(pair.Key!));
            int line = pair.Span.Start.Line + 1;
            if (Value(pair.Value) is { } value)
                items.Add(new Item(key, value, line));
            else
                problems.Add(
                    new DataProblem(Name, line, $"{key} must be a text in quotes, a list of such texts, a whole number, true or false"));
        }

        return items;
    }

    private static object? Value(ValueSyntax? value) => value switch
    {
        StringValueSyntax text => text.Value,
        IntegerValueSyntax number => number.Value,
        BooleanValueSyntax truth => truth.Value,
        ArraySyntax list when list.Items.All(item => item.Value is StringValueSyntax) =>
            list.Items.Select(item => ((StringValueSyntax)item.Value!).Value ?? "").ToArray(),
        _ => null,
    };

    private static string[] Split(KeySyntax key)
    {
        var parts = new List<string> { Part(key.Key!) };
        foreach (var dotted in key.DotKeys)
            parts.Add(Part(dotted.Key!));
        return [.. parts];
    }

    private static string Part(BareKeyOrStringValueSyntax part) => part switch
    {
        BareKeySyntax bare => bare.Key?.Text ?? "",
        StringValueSyntax text => text.Value ?? "",
        _ => "",
    };
}
