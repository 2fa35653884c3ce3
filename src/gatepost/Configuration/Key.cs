namespace Gatepost.Configuration;

/// <summary>One key an administrator can set: its name, what it takes, its default and what it means. Parsing, checking, <c>config show</c> and the manual all come from here.</summary>
public abstract class Key(string name, string takes, string @default, string meaning)
{
    public string Name { get; } = name;

    /// <summary>What may be written, with its unit: <c>a duration, "10s" to "1h"</c>.</summary>
    public string Takes { get; } = takes;

    /// <summary>As TOML; empty where there is none, which <see cref="Meaning"/> or <see cref="Required"/> explains.</summary>
    public string Default { get; } = @default;

    /// <summary>What it does, in a sentence or two.</summary>
    public string Meaning { get; } = meaning;

    /// <summary>Whether it must be written in its section.</summary>
    public bool Required { get; init; }

    /// <summary>Checks a value.</summary>
    /// <returns>What is wrong and what to write instead; null where it is good.</returns>
    internal abstract string? Problem(TomlNode node);
}

/// <summary>A key whose values are of type <typeparamref name="T"/>.</summary>
/// <param name="name">Kebab case.</param>
/// <param name="takes">What may be written.</param>
/// <param name="default">As TOML; empty where none.</param>
/// <param name="meaning">What it does.</param>
/// <param name="read">Reads a value; throws <see cref="FormatException"/> with what is wrong and what to write.</param>
public sealed class Key<T>(string name, string takes, string @default, string meaning, Func<TomlNode, T> read)
    : Key(name, takes, @default, meaning)
{
    internal override string? Problem(TomlNode node)
    {
        try
        {
            read(node);
            return null;
        }
        catch (FormatException wrong)
        {
            return wrong.Message;
        }
    }

    /// <exception cref="FormatException">The value is wrong; the message says what to write.</exception>
    internal T Read(TomlNode node) => read(node);

    /// <summary>The default value; that of the type where there is none.</summary>
    internal T? ReadDefault() => Default.Length == 0 ? default : read(Toml.Parse("x = " + Default, Name, []).Entries["x"]);
}

/// <summary>A section of the file.</summary>
/// <param name="Name">Empty for the keys before the first section.</param>
/// <param name="Repeated">Written <c>[[name]]</c>, any number of times.</param>
/// <param name="Meaning">What it is for.</param>
/// <param name="Keys">In the order the manual shows them.</param>
/// <param name="Example">TOML the manual shows; empty where the keys say enough.</param>
public sealed record SectionDefinition(string Name, bool Repeated, string Meaning, IReadOnlyList<Key> Keys, string Example = "")
{
    /// <summary>As written in the file.</summary>
    public string Heading => Name.Length == 0 ? "" : Repeated ? $"[[{Name}]]" : $"[{Name}]";
}
