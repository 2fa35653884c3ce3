namespace Gatepost.Replies.Compiled;

/// <summary>The catalogue as the build compiled it: tables in a resource of this assembly, which is mapped and not parsed.</summary>
/// <remarks>Written by build/Gatepost.CatalogueCompiler from Words/, Dialects/, Families/ and Notices/.</remarks>
internal sealed unsafe class CompiledCatalogue
{
    /// <summary>The resource's name.</summary>
    public const string Name = "catalogue";

    private readonly byte* start;

    private CompiledCatalogue(byte* start)
    {
        this.start = start;
        Strings = new MappedStrings(Table<int>(Section.StringStarts), Table<char>(Section.StringLetters));
        Lists = Table<int>(Section.Lists);
    }

    /// <summary>What comes with the program; null only in the compiler itself, which has none yet.</summary>
    public static CompiledCatalogue? BuiltIn { get; } = Open();

    public MappedStrings Strings { get; }

    /// <summary>Lists of numbers: each its length, then its elements.</summary>
    public MappedTable<int> Lists { get; }

    /// <summary>The elements of a list; none for -1.</summary>
    public ReadOnlySpan<int> List(int place) => place < 0 ? [] : Lists.All.Slice(place + 1, Lists[place]);

    /// <summary>The texts of a list.</summary>
    public string[] Texts(int place)
    {
        var numbers = List(place);
        string[] texts = new string[numbers.Length];
        for (int i = 0; i < texts.Length; i++)
            texts[i] = Strings.At(numbers[i]);
        return texts;
    }

    /// <summary>One of the tables.</summary>
    public MappedTable<T> Table<T>(Section section)
        where T : unmanaged
    {
        int* header = (int*)start + (2 * (int)section);
        return new MappedTable<T>(start + header[0], header[1] / sizeof(T));
    }

    private static CompiledCatalogue? Open() =>
        typeof(CompiledCatalogue).Assembly.GetManifestResourceStream(Name) is UnmanagedMemoryStream resource
            ? new CompiledCatalogue(resource.PositionPointer) : null;
}
