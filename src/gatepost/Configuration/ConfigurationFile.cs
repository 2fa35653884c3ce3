using Gatepost.Policy.Basics;
using Gatepost.Replies;

namespace Gatepost.Configuration;

/// <summary>Where an effective value comes from.</summary>
/// <param name="File">Null for a default or the command line.</param>
/// <param name="Line">From 1.</param>
public readonly record struct Origin(string? File, int Line, string Word)
{
    public static readonly Origin Default = new(null, 0, "default");

    public override string ToString() => File is null ? Word : $"{File}:{Line}";
}

/// <summary>One section as written, every value already checked against its key.</summary>
public sealed class Section
{
    private readonly TomlTable table;
    private readonly string file;
    private readonly HashSet<string> bad;

    internal Section(SectionDefinition definition, TomlTable table, string file, HashSet<string> bad)
    {
        (Definition, this.table, this.file, this.bad) = (definition, table, file, bad);
    }

    public SectionDefinition Definition { get; }

    public int Line => table.Line;

    /// <summary>The value written, or the key's default; also the default if the value is invalid, which is reported as an error.</summary>
    public T Get<T>(Key<T> key) => Has(key) ? key.Read(table.Entries[key.Name]) : key.DefaultValue;

    /// <summary>The options with every value this section sets in them.</summary>
    public TRoot Bind<TRoot>(TRoot root)
    {
        foreach (var key in Definition.Keys.OfType<IBoundKey<TRoot>>())
            root = key.Bind(root, this);
        return root;
    }

    public bool Has(Key key) => table.Entries.ContainsKey(key.Name) && !bad.Contains(key.Name);

    public int LineOf(Key key) => table.Entries.TryGetValue(key.Name, out var node) ? node.Line : table.Line;

    public Origin OriginOf(Key key) => table.Entries.TryGetValue(key.Name, out var node) ? new Origin(file, node.Line, "") : Origin.Default;

    /// <summary>As TOML: what is written, or the default; empty if neither.</summary>
    public string SourceOf(Key key) => table.Entries.TryGetValue(key.Name, out var node) && node.Source.Length > 0 ? node.Source : Has(key)
        ? Show(table.Entries[key.Name]) : key.Default;

    /// <summary>A table written under a heading of its own has no source text; shown inline.</summary>
    private static string Show(TomlNode node) => node is TomlTable open && open.Source.Length == 0
        ? "{ " + string.Join(", ", open.Entries.Select(entry => $"{entry.Key} = {Show(entry.Value)}")) + " }"
        : node.Source;
}

/// <summary>
/// A configuration file read against <see cref="ConfigKeys"/>: sections with checked values, and everything that is wrong.
/// </summary>
public sealed class ConfigurationFile
{
    private readonly Dictionary<string, List<Section>> sections = [];

    private ConfigurationFile(string name) => Name = name;

    public string Name { get; }

    public List<ConfigError> Errors { get; } = [];

    public static ConfigurationFile Parse(string text, string name)
    {
        var file = new ConfigurationFile(name);
        var root = Toml.Parse(text, name, file.Errors);
        foreach (var definition in ConfigKeys.Sections)
            file.sections[definition.Name] = [];

        file.Add(ConfigKeys.Sections[0], root, isRoot: true);
        foreach (var (key, node) in root.Entries)
            file.AddSection(key, node);
        return file;
    }

    /// <summary>The section of that name, empty (all defaults) where it is not written.</summary>
    public Section One(string name) => sections[name] is [var only, ..] ? only : Empty(name);

    public IReadOnlyList<Section> Many(string name) => sections[name];

    private Section Empty(string name) => new(ConfigKeys.Sections.First(known => known.Name == name), new TomlTable([], 0, ""), Name, []);

    private void AddSection(string name, TomlNode node)
    {
        if (ConfigKeys.Sections.FirstOrDefault(known => known.Name == name && name.Length > 0) is not { } definition)
            return;

        switch (definition.Repeated, node)
        {
            case (false, TomlTable table):
                Add(definition, table);
                break;
            case (true, TomlList list) when list.Items.All(item => item is TomlTable):
                foreach (var table in list.Items.Cast<TomlTable>())
                    Add(definition, table);
                break;
            case (true, TomlTable table):
                AddError(node.Line, OurEvidence.ConfigSectionRepeats.Say(name));
                Add(definition, table);
                break;
            case (false, TomlList { Items: [TomlTable first, ..] }):
                AddError(node.Line, OurEvidence.ConfigSectionOnce.Say(name));
                Add(definition, first);
                break;
            default:
                AddError(node.Line, OurEvidence.ConfigIsSection.Say(name, definition.Heading));
                break;
        }
    }

    private void Add(SectionDefinition definition, TomlTable table, bool isRoot = false)
    {
        var bad = new HashSet<string>();
        foreach (var (name, node) in table.Entries)
        {
            if (isRoot && ConfigKeys.Sections.Any(known => known.Name == name && name.Length > 0))
                continue;
            if (definition.Keys.FirstOrDefault(known => known.Name == name) is not { } key)
                AddError(node.Line, Unknown(definition, name, node));
            else if (key.Problem(node) is { } problem && bad.Add(name))
                AddError(node.Line, problem);
        }

        foreach (var key in definition.Keys.Where(key => key.Required && !table.Entries.ContainsKey(key.Name)))
            AddError(table.Line, OurEvidence.ConfigNeedsKey.Say(definition.Heading, key.Name, key.Takes));
        sections[definition.Name].Add(new Section(definition, table, Name, bad));
    }

    private static Finding Unknown(SectionDefinition definition, string name, TomlNode node)
    {
        bool isSection = definition.Name.Length == 0 && node is TomlTable or TomlList { Items: [TomlTable, ..] };
        string[] candidates = [
            .. isSection ? ConfigKeys.Sections.Skip(1).Select(known => known.Name) : definition.Keys.Select(known => known.Name)];
        var what = isSection ? OurEvidence.ConfigNoSection.Say(name) : definition.Name.Length == 0 ? OurEvidence.ConfigNoKey.Say(name)
            : OurEvidence.ConfigNoKeyThere.Say(definition.Heading, name);
        if (Spelling.Nearest(name, candidates) is { } near)
            return OurEvidence.ConfigDidYouMean.Say(what, near);
        if (ConfigKeys.Sections.FirstOrDefault(other => other.Keys.Any(key => key.Name == name)) is { } home)
            return home.Name.Length == 0 ? OurEvidence.ConfigBelongsAbove.Say(what)
                : OurEvidence.ConfigBelongsUnder.Say(what, home.Heading);
        return (isSection ? OurEvidence.ConfigRemoveSection : OurEvidence.ConfigRemoveKey).Say(what, candidates);
    }

    /// <summary>Where a risk is in this file.</summary>
    internal ConfigError Place(Risk risk)
    {
        var candidates = risk.Section.Length == 0 ? [One("")] : Many(risk.Section);
        var section = candidates.FirstOrDefault(one => risk.Contains.Length == 0 || one.Definition.Keys.Any(key =>
            one.SourceOf(key).Contains(risk.Contains, StringComparison.OrdinalIgnoreCase)));
        var wrong = section?.Definition.Keys.FirstOrDefault(known => known.Name == risk.Key);
        int line = section is null ? 0 : wrong is null ? section.Line : section.LineOf(wrong);
        return new ConfigError(Name, line, risk.Message, risk.Level == RiskLevel.Error ? "error" : "warning");
    }

    internal void AddError(int line, Finding what) => Errors.Add(new ConfigError(Name, line, what));

    /// <summary>For what another room or the system says of a value, in its own words.</summary>
    internal void AddError(int line, string message) => AddError(line, OurEvidence.Quoted.Say(message));
}
