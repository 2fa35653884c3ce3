using Gatepost.Replies;

namespace Gatepost.Configuration;

/// <summary>
/// One key an administrator can set: its name, what it takes and its default. Parsing, checking, <c>config show</c>, the manual and the
/// value in the room's options all come from here; what it means is in <c>Words/*/settings.toml</c>.
/// </summary>
public abstract class Key(string name, Finding takes, string @default)
{
    public string Name { get; } = name;

    /// <summary>What may be written, with its unit: <c>a duration, "10s" to "1h"</c>.</summary>
    public Finding Takes { get; } = takes;

    /// <summary>As TOML; empty if there is none, which its meaning or <see cref="Required"/> explains.</summary>
    public string Default { get; } = @default;

    /// <summary>Whether it must be written in its section.</summary>
    public bool Required { get; init; }

    /// <summary>Checks a value.</summary>
    /// <returns>What is wrong and what to write instead; null if the value is valid.</returns>
    internal abstract Finding? Problem(TomlNode node);
}

/// <summary>A key whose values are of type <typeparamref name="T"/>.</summary>
/// <param name="name">Kebab case.</param>
/// <param name="kind">What may be written, how it is read and shown.</param>
/// <param name="default">The value if the key is not written.</param>
public class Key<T>(string name, ValueKind<T> kind, T @default) : Key(name, kind.Takes, kind.Show(@default))
{
    /// <summary>The value if the key is not written.</summary>
    internal T DefaultValue { get; } = @default;

    /// <exception cref="WrongValueException">The value is wrong; it says what to write.</exception>
    internal T Read(TomlNode node) => kind.Read(Name, node, Default);

    internal override Finding? Problem(TomlNode node)
    {
        try
        {
            Read(node);
            return null;
        }
        catch (WrongValueException wrong)
        {
            return wrong.What;
        }
    }

    /// <summary>A value as TOML.</summary>
    protected string Show(T value) => kind.Show(value);
}

/// <summary>A key that sets a property somewhere in a <typeparamref name="TRoot"/>.</summary>
internal interface IBoundKey<TRoot>
{
    /// <summary>The root with the value the section has; unchanged if the key is not written there.</summary>
    TRoot Bind(TRoot root, Section section);

    /// <summary>The property's value as TOML.</summary>
    string ShowIn(TRoot root);
}

/// <summary>
/// The keys that set properties of one options record. Their defaults are the record's own, so there is no second one to differ.
/// </summary>
/// <param name="section">Where the keys are written.</param>
/// <param name="defaults">A root with every default.</param>
/// <param name="find">Finds the record in its root.</param>
/// <param name="replace">Puts a changed record back.</param>
internal sealed class OptionKeys<TRoot, TOptions>(
    SectionDefinition section, TRoot defaults, Func<TRoot, TOptions> find, Func<TRoot, TOptions, TRoot> replace)
{
    /// <summary>A key for one property.</summary>
    /// <param name="name">Kebab case, as written in the file.</param>
    /// <param name="kind">What may be written: unit, range, words.</param>
    /// <param name="get">Reads the property; the default comes from here.</param>
    /// <param name="set">The record with another value.</param>
    /// <param name="required">Whether it must be written in its section.</param>
    public Key<T> Key<T>(
        string name, ValueKind<T> kind, Func<TOptions, T> get, Func<TOptions, T, TOptions> set, bool required = false) =>
        section.Add(new Bound<T>(
            name, kind, get(find(defaults)), root => get(find(root)), (root, value) => replace(root, set(find(root), value)))
        {
            Required = required,
        });

    private sealed class Bound<T>(string name, ValueKind<T> kind, T @default, Func<TRoot, T> get, Func<TRoot, T, TRoot> set)
        : Key<T>(name, kind, @default), IBoundKey<TRoot>
    {
        public TRoot Bind(TRoot root, Section section) => section.Has(this) ? set(root, section.Get(this)) : root;

        public string ShowIn(TRoot root) => Show(get(root));
    }
}

/// <summary>A section of the file. Its keys add themselves in the order they are declared, which is that of the manual.</summary>
/// <param name="name">Empty for the keys before the first section.</param>
/// <param name="repeated">Written <c>[[name]]</c>, any number of times.</param>
/// <param name="example">TOML for the manual; empty if the keys say enough.</param>
public sealed class SectionDefinition(string name, bool repeated, string example = "")
{
    private readonly List<Key> keys = [];

    public string Name { get; } = name;

    public bool Repeated { get; } = repeated;

    public string Example { get; } = example;

    public IReadOnlyList<Key> Keys => keys;

    /// <summary>The rules its keys can name, where their meaning lists them as <c>{rules}</c>.</summary>
    internal IReadOnlyList<string> Rules { get; init; } = [];

    /// <summary>The key in the files of words of what the section is for.</summary>
    public string Word => "setting." + Id;

    private string Id => Name.Length == 0 ? "general" : Name;

    /// <summary>The key in the files of words of what one of its keys means.</summary>
    public string WordOf(Key key) => $"setting-{Id}.{key.Name}";

    /// <summary>As written in the file.</summary>
    public string Heading => Name.Length == 0 ? "" : Repeated ? $"[[{Name}]]" : $"[{Name}]";

    /// <summary>Keys that set a record inside the settings.</summary>
    internal OptionKeys<Settings, TOptions> Sets<TOptions>(Func<Settings, TOptions> find, Func<Settings, TOptions, Settings> replace) =>
        new(this, Settings.Default, find, replace);

    /// <summary>Keys of a section that makes a record of its own each time it is written.</summary>
    /// <param name="seed">The record with its defaults; what is required comes from the section.</param>
    internal OptionKeys<TOptions, TOptions> Makes<TOptions>(TOptions seed) => new(this, seed, options => options, (_, options) => options);

    /// <summary>A key that cannot be understood without others; the reader of its section uses it.</summary>
    internal Key<T> Key<T>(string name, ValueKind<T> kind, T @default, bool required = false) =>
        Add(new Key<T>(name, kind, @default) { Required = required });

    internal Key<T> Add<T>(Key<T> key)
    {
        keys.Add(key);
        return key;
    }
}
