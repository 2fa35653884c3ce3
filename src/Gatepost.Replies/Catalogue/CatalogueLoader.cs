using Gatepost.Files;
using Gatepost.Replies.Compiled;
using Gatepost.Replies.Matching;

namespace Gatepost.Replies.Catalogue;

/// <summary>Takes in files of words, families, notices and dialects, over what comes with the program.</summary>
/// <remarks>The build takes in our own files with nothing below them, and writes down what they became.</remarks>
internal sealed class CatalogueLoader
{
    private readonly List<FamilyFile> familyFiles = [];
    private readonly IReadOnlyList<Language> languages;

    /// <param name="compiled">What comes with the program; null for nothing.</param>
    /// <param name="languages">In which a dialect may have words.</param>
    public CatalogueLoader(CompiledCatalogue? compiled, IReadOnlyList<Language> languages)
    {
        this.languages = languages;
        Entries = new EntryTable(compiled);
        Lexicon = new Lexicon(compiled);
        Notices = new PhraseLists(compiled);
        Compiled = compiled is null ? null : new CompiledPhrases(compiled, Entries);
        PhraseIndex = compiled is null ? null : new LiteralIndex(compiled, Section.PhraseIndex);
        Providers = Compiled?.Providers() ?? new Providers();
        foreach (var language in languages)
            Books[language] = new MessageCatalogue(CompiledWords.BuiltIn.FirstOrDefault(words => words.Code == language.Code));
    }

    /// <summary>Phrases and families that come with the program.</summary>
    public CompiledPhrases? Compiled { get; }

    /// <summary>Their key literals.</summary>
    public LiteralIndex? PhraseIndex { get; }

    public EntryTable Entries { get; }

    public Lexicon Lexicon { get; }

    public PhraseLists Notices { get; }

    public Providers Providers { get; }

    public Dictionary<Language, MessageCatalogue> Books { get; } = [];

    /// <summary>Dialects of the files.</summary>
    public List<Dialect> Dialects { get; } = [];

    /// <summary>Phrases of the files.</summary>
    public List<Phrase> Phrases { get; } = [];

    /// <summary>Families of the files; complete after <see cref="Finish"/>.</summary>
    public List<Family> Families { get; } = [];

    public List<DataProblem> Problems { get; } = [];

    /// <summary>Every file of a postmaster's folder, which need not exist.</summary>
    public void TakeFolder(string folder)
    {
        foreach (string kind in KindsIn(folder))
        {
            foreach (string file in FilesOf(Path.Combine(folder, kind)))
            {
                try
                {
                    Take(kind, file, File.ReadAllText(file));
                }
                catch (Exception trouble) when (Disk.IsFailure(trouble))
                {
                    Problems.Add(new DataProblem(file, 1, trouble.Message));
                }
            }
        }
    }

    /// <summary>One file.</summary>
    /// <param name="kind">The folder it is in: <c>words/en</c>, <c>families</c>, <c>notices</c>, <c>dialects</c>.</param>
    /// <param name="name">For problems.</param>
    /// <param name="text">What it says.</param>
    public void Take(string kind, string name, string text)
    {
        var file = DataFile.Parse(text, name);
        if (kind.StartsWith("words/", StringComparison.Ordinal))
        {
            var language = new Language(kind["words/".Length..]);
            if (!Books.TryGetValue(language, out var book))
                Books[language] = book = new MessageCatalogue(null);
            book.Add(file, Problems);
        }
        else if (kind == "families")
        {
            familyFiles.Add(new FamilyFile(file, Lexicon, Problems));
            familyFiles[^1].ReadWords();
        }
        else if (kind == "notices")
        {
            Notices.Add(file, Problems);
        }
        else
        {
            Problems.AddRange(file.Problems);
            if (file.Sections.Count > 0)
                TakeDialect(file);
        }
    }

    /// <summary>After the last file: families know the words of all files.</summary>
    public void Finish()
    {
        foreach (var file in familyFiles)
            Families.AddRange(file.Families(Entries.General));
    }

    private void TakeDialect(DataFile data)
    {
        var file = new DialectFile(data, Providers, languages, Problems);
        var dialect = file.Read(Entries.General);
        Dialects.Add(dialect);
        Phrases.AddRange(file.Phrases);
        foreach (var (key, language, told) in file.Words)
            Books[language].Put(key, told);
        foreach (var entry in dialect.Entries.Where(entry => !entry.IsGeneral))
            Entries.Add(entry.Entry);
    }

    /// <summary>A folder for each language, named by its code; families; notices; dialects.</summary>
    private static IEnumerable<string> KindsIn(string folder)
    {
        string words = Path.Combine(folder, "words");
        if (Directory.Exists(words))
        {
            foreach (string language in Directory.EnumerateDirectories(words).Select(path => Path.GetFileName(path))
                .Order(StringComparer.Ordinal))
            {
                if (language.Length == 2 && language.All(char.IsAsciiLetterLower))
                    yield return "words/" + language;
            }
        }

        foreach (string kind in (string[])["families", "notices", "dialects"])
        {
            if (Directory.Exists(Path.Combine(folder, kind)))
                yield return kind;
        }
    }

    private string[] FilesOf(string folder)
    {
        try
        {
            return [.. Directory.EnumerateFiles(folder, "*.toml").Order(StringComparer.Ordinal)];
        }
        catch (Exception trouble) when (Disk.IsFailure(trouble))
        {
            Problems.Add(new DataProblem(folder, 0, trouble.Message));
            return [];
        }
    }
}
