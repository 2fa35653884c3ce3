using Gatepost.Replies.Matching;

namespace Gatepost.Replies.Catalogue;

/// <summary>All that is known about replies, compiled once: our entries, the standard's tables, dialects, and their words.</summary>
/// <remarks>Immutable once loaded, so every session may ask it at once.</remarks>
public sealed partial class ReplyDatabase
{
    private readonly Dictionary<Language, MessageCatalogue> books = [];
    private readonly Dictionary<string, ReplyEntry> byId = new(StringComparer.Ordinal);
    private readonly List<DataProblem> problems = [];
    private readonly List<Dialect> dialects = [];
    private readonly List<Phrase> phrases = [];
    private readonly Providers providers = new();
    private readonly PhraseLists notices = new();
    private readonly Dictionary<ReplyEntry, string> helpUrls = [];
    private readonly HashSet<ReplyForm> ownForms = [];
    private readonly Lexicon lexicon = new();
    private readonly List<FamilyFile> familyFiles = [];
    private readonly List<Family> families = [];
    private readonly List<(ReplyEntry Entry, string Text)> familyExamples = [];
    private readonly PatternMatcher matcher;
    private readonly ReplyJudge judge;
    private readonly FactReader factReader;

    private ReplyDatabase(string? folder)
    {
        foreach (var entry in OurReplies.All)
            byId.TryAdd(entry.Id, entry);
        foreach (var entry in BasicCodes.All.Concat(BasicCodes.Classes))
            byId.TryAdd(entry.Id, entry);
        foreach (var row in StatusCodes.All.Concat(StatusCodes.Subjects))
            byId.TryAdd(row.Id, row.Permanent);

        foreach (var language in Replies.Languages.All)
            books[language] = new MessageCatalogue();
        foreach (string name in BuiltInFiles.Names)
            Take(name, BuiltInFiles.Read(name));
        if (folder is not null)
            TakeFolder(folder);
        foreach (var entry in OurReplies.All)
            AddOwn(entry);
        foreach (var reason in Reason.All)
            General(reason.Word);
        matcher = new PatternMatcher(phrases, CompileFamilies(), providers);
        judge = new ReplyJudge(matcher, reason => byId["general-" + reason.Word]);
        factReader = new FactReader(notices);
    }

    private ReplyDatabase(ReplyDatabase other, PatternMatcher matcher) =>
        (books, byId, problems, dialects, phrases, providers, notices, helpUrls, ownForms, factReader, this.matcher, judge) =
        (other.books, other.byId, other.problems, other.dialects, other.phrases, other.providers, other.notices, other.helpUrls,
            other.ownForms, other.factReader, matcher, new ReplyJudge(matcher, reason => other.byId["general-" + reason.Word]));

    /// <summary>What comes with the program.</summary>
    public static ReplyDatabase BuiltIn => field ??= new ReplyDatabase(null);

    /// <summary>
    /// What comes with the program, and over it the files of a folder: <c>words/en/*.toml</c>, <c>words/ru/*.toml</c>,
    /// <c>families/*.toml</c>, <c>notices/*.toml</c>, <c>dialects/*.toml</c>.
    /// </summary>
    /// <param name="folder">A folder that need not exist. A file that cannot be used is told in <see cref="Problems"/>; the rest
    /// works.</param>
    public static ReplyDatabase Load(string folder) => new(folder);

    /// <summary>The same without some wordings: how well it does without them is what <c>bench</c> measures.</summary>
    /// <param name="isLeftOut">Asked with the name of the dialect file (without its ending, empty for our own) and the number of the
    /// wording.</param>
    internal ReplyDatabase Without(Func<string, int, bool> isLeftOut) =>
        new(
            this, new PatternMatcher(
                [.. phrases.Where((phrase, index) => phrase.IsMark || !isLeftOut(phrase.File, index))], matcher.Families, providers));

    /// <summary>The numbers of the wordings that a text holds, for <see cref="Without"/>.</summary>
    internal IReadOnlyList<int> WordingsIn(string text) => matcher.Find(text, ReplyReading.Read(text, isProse: false));

    /// <summary>What is wrong with the files, each with file and line; empty where all is well.</summary>
    public IReadOnlyList<DataProblem> Problems => problems;

    /// <summary>Every entry by its id.</summary>
    public IReadOnlyDictionary<string, ReplyEntry> Entries => byId;

    /// <summary>How many wordings are compiled: our own, providers' and general ones.</summary>
    public int PhraseCount => phrases.Count;

    /// <summary>What mail systems write around replies: failure sentences, labels, names of machines.</summary>
    public PhraseLists Notices => notices;

    /// <summary>Texts that must be read as the entry beside them, from the files of families; a test tries each.</summary>
    internal IReadOnlyList<(ReplyEntry Entry, string Text)> FamilyExamples => familyExamples;

    /// <summary>What other servers say, one file after the other.</summary>
    public IReadOnlyList<Dialect> Dialects => dialects;

    /// <summary>The languages there are words in: the program's and the folder's.</summary>
    public IReadOnlyList<Language> Languages => [.. books.Keys];

    /// <summary>The language of a tag such as <c>ru-RU</c>; null where there are no words in it.</summary>
    public Language? FindLanguage(string? tag) => Replies.Languages.Find(tag, Languages);

    /// <summary>Everything said to people in one language; in English where there is no such language.</summary>
    public Texts TextsIn(Language language)
    {
        var english = books[Language.English];
        return new Texts(language, books.GetValueOrDefault(language) ?? english, english);
    }

    /// <summary>The words of one language as they stand in its files; null where there is no such language.</summary>
    internal MessageCatalogue? Book(Language language) => books.GetValueOrDefault(language);

    /// <summary>What a text states of its own case: domain, address, list, limit.</summary>
    public StatedFacts FactsIn(string text) => factReader.Read(text);

    /// <summary>The words for an entry, gaps filled from its reason's.</summary>
    /// <param name="entry">What a text was recognised as.</param>
    /// <param name="language">Whose words.</param>
    /// <param name="facts">What the text states; nothing where null.</param>
    public Words Words(ReplyEntry entry, Language language, StatedFacts? facts = null)
    {
        string key = entry.Kind switch
        {
            EntryKind.Status => "status." + entry.Id,
            EntryKind.Basic => "code." + entry.Id,
            _ => entry.Id,
        };
        return Find(key, entry.Reason, language).With(facts ?? StatedFacts.None, TextsIn(language));
    }

    /// <summary>The entry's own words over its reason's; a language that lacks both speaks English.</summary>
    private Words Find(string key, Reason? reason, Language language)
    {
        var book = books.GetValueOrDefault(language) ?? books[Language.English];
        var general = reason is null ? null : book.Find("reason." + reason.Word);
        var found = book.Find(key) is { } own ? own.Over(general) : general;
        return found ?? (language == Language.English ? new Words() : Find(key, reason, Language.English));
    }

    /// <summary>The words for a reason.</summary>
    /// <param name="reason">The cause.</param>
    /// <param name="language">Whose words.</param>
    /// <param name="facts">What the text states; nothing where null.</param>
    public Words Words(Reason reason, Language language, StatedFacts? facts = null) =>
        Find("", reason, language).With(facts ?? StatedFacts.None, TextsIn(language));

    /// <summary>The words of a section that is no entry's, <c>[kind.challenge]</c>; empty where there is none.</summary>
    public Words WordsOf(string key, Language language) => Find(key, null, language).With(StatedFacts.None, TextsIn(language));

    /// <summary>The sentence written for this very entry, without help from its reason; null where there is none.</summary>
    internal Words? OwnWords(string key, Language language) => books.GetValueOrDefault(language)?.Find(key);

    private void TakeFolder(string folder)
    {
        foreach (string kind in KindsIn(folder))
        {
            foreach (string file in FilesOf(Path.Combine(folder, kind)))
            {
                try
                {
                    Take(file, File.ReadAllText(file), kind);
                }
                catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException)
                {
                    problems.Add(new DataProblem(file, 1, trouble.Message));
                }
            }
        }
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
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException)
        {
            problems.Add(new DataProblem(folder, 0, trouble.Message));
            return [];
        }
    }

    private void Take(string name, string text, string? kind = null)
    {
        var file = DataFile.Parse(text, name);
        kind ??= name[..name.LastIndexOf('/')].ToLowerInvariant();
        if (kind.StartsWith("words/", StringComparison.Ordinal))
        {
            var language = new Language(kind["words/".Length..]);
            if (!books.TryGetValue(language, out var book))
                books[language] = book = new MessageCatalogue();
            book.Add(file, problems);
        }
        else if (kind == "families")
        {
            familyFiles.Add(new FamilyFile(file, lexicon, problems));
            familyFiles[^1].ReadWords();
        }
        else if (kind == "notices")
        {
            notices.Add(file, problems);
        }
        else
        {
            problems.AddRange(file.Problems);
            if (file.Sections.Count > 0)
                TakeDialect(file);
        }
    }

    private FamilyMatcher CompileFamilies()
    {
        foreach (var file in familyFiles)
            foreach (var (family, examples) in file.Families(General))
            {
                families.Add(family);
                familyExamples.AddRange(examples.Select(example => (family.Entry, example)));
            }

        return new FamilyMatcher(lexicon, families);
    }

    private void TakeDialect(DataFile data)
    {
        var file = new DialectFile(data, providers, problems);
        var dialect = file.Read(General);
        dialects.Add(dialect);
        phrases.AddRange(file.Phrases);
        foreach (var (key, language, told) in file.Words)
            books[language].Put(key, told);
        foreach (var entry in dialect.Entries.Where(entry => !entry.IsGeneral))
        {
            byId[entry.Entry.Id] = entry.Entry;
            if (entry.HelpUrl is { } url)
                helpUrls[entry.Entry] = url;
        }
    }

    /// <summary>The entry for words of a reason that are nobody's in particular; one for each reason.</summary>
    private ReplyEntry General(string word)
    {
        string id = "general-" + word;
        if (byId.TryGetValue(id, out var known))
            return known;
        var reason = Reason.Find(word);
        return byId[id] = new ReplyEntry
        {
            Id = id,
            Kind = EntryKind.Dialect,
            Classic = new(0, null, ""),
            Reason = reason,
            Also = reason is null ? [] : OpenCauses.Beside(reason),
        };
    }

    /// <summary>Our own replies are recognised by their full text, in either style.</summary>
    private void AddOwn(ReplyEntry entry)
    {
        foreach (var form in (ReplyForm[])(ReferenceEquals(entry.Classic, entry.Modern) ? [entry.Classic] : [entry.Classic, entry.Modern]))
        {
            // Where two causes are told in the same words on purpose, they are read as the first of them.
            if (Pattern.OfTemplate(form.Text) is not { } pattern || !ownForms.Add(form))
                continue;
            phrases.Add(new Phrase
            {
                Pattern = pattern,
                Entry = entry,
                Basis = Basis.Own,
                Weight = 1000 + pattern.LiteralLength,
                ReasonIndex = Matching.ReasonIndex.Of(entry.Reason),
                Code = form.Code,
                Status = form.Status,
            });
        }
    }
}
