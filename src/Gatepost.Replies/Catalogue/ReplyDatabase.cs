using Gatepost.Replies.Compiled;
using Gatepost.Replies.Matching;

namespace Gatepost.Replies.Catalogue;

/// <summary>All that is known about replies: our entries, the standard's tables, dialects, and their words.</summary>
/// <remarks>Compiled by the build and read where it is when it is asked for. Immutable once loaded, so every session may ask it at the same
/// time.</remarks>
public sealed class ReplyDatabase
{
    private readonly Dictionary<Language, MessageCatalogue> books;
    private readonly EntryTable entries;
    private readonly Lazy<IReadOnlyList<Dialect>> dialects;
    private readonly Lazy<ReplyJudge> judge;
    private readonly Lazy<FactReader> factReader;

    /// <param name="loader">With all its files taken in.</param>
    /// <param name="matcher">Makes what looks for wordings; all of them where null.</param>
    internal ReplyDatabase(CatalogueLoader loader, Func<PatternMatcher>? matcher = null)
    {
        books = loader.Books;
        entries = loader.Entries;
        Problems = loader.Problems;
        Notices = loader.Notices;
        factReader = new(() => new FactReader(loader.Notices));
        dialects = new(() => [.. loader.Compiled?.Dialects() ?? [], .. loader.Dialects]);
        judge = new(() => new ReplyJudge(matcher?.Invoke() ?? MatcherOf(loader), reason => entries.General(reason.Word)));
    }

    /// <summary>What comes with the program.</summary>
    public static ReplyDatabase BuiltIn => field ??= Load(null);

    /// <summary>What is wrong with the files of a folder, each with file and line; empty if all is well.</summary>
    public IReadOnlyList<DataProblem> Problems { get; }

    /// <summary>Every entry by its id.</summary>
    public IReadOnlyDictionary<string, ReplyEntry> Entries => entries.ById;

    /// <summary>What mail systems write around replies: failure sentences, labels, names of machines.</summary>
    public PhraseLists Notices { get; }

    /// <summary>What other servers say, one file after the other.</summary>
    public IReadOnlyList<Dialect> Dialects => dialects.Value;

    /// <summary>
    /// What comes with the program, and over it the files of a folder: <c>words/en/*.toml</c>, <c>words/ru/*.toml</c>,
    /// <c>families/*.toml</c>, <c>notices/*.toml</c>, <c>dialects/*.toml</c>.
    /// </summary>
    /// <param name="folder">A folder that need not exist; null for none. A file that cannot be used is reported in <see cref="Problems"/>;
    /// the rest works.</param>
    public static ReplyDatabase Load(string? folder)
    {
        var loader = new CatalogueLoader(CompiledCatalogue.BuiltIn, Replies.Languages.All);
        if (folder is not null)
            loader.TakeFolder(folder);
        loader.Finish();
        return new ReplyDatabase(loader);
    }

    /// <summary>The languages there are words in: the program's and the folder's.</summary>
    public IReadOnlyList<Language> Languages => [.. books.Keys];

    /// <summary>The language of a tag such as <c>ru-RU</c>; null if there are no words in it.</summary>
    public Language? FindLanguage(string? tag) => Replies.Languages.Find(tag, Languages);

    /// <summary>Everything said to people in one language; in English where there is no such language.</summary>
    public Texts TextsIn(Language language)
    {
        var english = books[Language.English];
        return new Texts(language, books.GetValueOrDefault(language) ?? english, english);
    }

    /// <summary>What a text states of its own case: domain, address, list, limit.</summary>
    public StatedFacts FactsIn(string text) => factReader.Value.Read(text);

    /// <summary>The words for an entry, gaps filled from its reason's.</summary>
    /// <param name="entry">What a text was recognised as.</param>
    /// <param name="language">Whose words.</param>
    /// <param name="facts">What the text states; nothing if null.</param>
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
    /// <param name="facts">What the text states; nothing if null.</param>
    public Words Words(Reason reason, Language language, StatedFacts? facts = null) =>
        Find("", reason, language).With(facts ?? StatedFacts.None, TextsIn(language));

    /// <summary>The words of a section that is no entry's, <c>[kind.challenge]</c>; empty if there is none.</summary>
    public Words WordsOf(string key, Language language) => Find(key, null, language).With(StatedFacts.None, TextsIn(language));

    /// <summary>The sentence written for this very entry, without help from its reason; null if there is none.</summary>
    internal Words? OwnWords(string key, Language language) => books.GetValueOrDefault(language)?.Find(key);

    /// <summary>Makes the reply another server gave. Always finds an entry: at worst that of the basic code.</summary>
    /// <param name="code">Three digits as read from the wire.</param>
    /// <param name="text">Everything after the code and its separator, lines separated by <c>\n</c>, enhanced status still in it.</param>
    /// <param name="remoteHost">The server's name, if known: some wordings mean something else with one provider.</param>
    public Reply Recognise(int code, string text, string? remoteHost = null)
    {
        EnhancedStatus? status = EnhancedStatus.TryReadPrefix(text, out var read, out int length) ? read : (EnhancedStatus?)null;
        string words = status is null ? text : text.AsSpan(length).TrimStart(' ').ToString();
        // What goes well needs no explanation, and there is one for every relayed message: no matching.
        var entry = code is >= 200 and < 400 ? BasicCodes.Find(code)! : Match(words, code, status, remoteHost).Entry;
        return Reply.Received(entry, code, status, words);
    }

    /// <summary>The explanation of an entry that is already known: a reply of ours, a condition our client met.</summary>
    public Explanation Explain(ReplyEntry entry, MessageOutcome? outcome = null) => new(this)
    {
        Entry = entry,
        Reason = entry.Reason,
        Basis = entry.Kind switch
        {
            EntryKind.Own or EntryKind.Condition => Basis.Own,
            EntryKind.Dialect => Basis.Dialect,
            EntryKind.Status => Basis.Status,
            EntryKind.Basic => Basis.Code,
            _ => Basis.Unknown,
        },
        Outcome = outcome ?? Advice.OfReply(entry.Classic.Code is >= 200 and < 600 ? entry.Classic.Code : null, entry.Classic.Status),
    };

    /// <summary>Whether a word is in a text that only mail has, in any of the languages servers speak.</summary>
    public bool IsAboutMail(FoldedText text) => judge.Value.IsAboutMail(text.Letters);

    /// <summary>The entry for a text whose code and status were read elsewhere. No allocation.</summary>
    /// <param name="words">A reply without its code, a sentence or a paragraph, in any of the languages servers speak.</param>
    /// <param name="code">The basic code, if one is known.</param>
    /// <param name="status">The enhanced status, if one is known.</param>
    /// <param name="remoteHost">Who spoke, if known.</param>
    /// <param name="isOurs">True if the words are known to be a Gatepost's own: only then can one of our own entries answer for
    /// them.</param>
    public Match Match(
        ReadOnlySpan<char> words, int? code = null, EnhancedStatus? status = null, string? remoteHost = null, bool isOurs = false)
    {
        var reading = ReplyReading.OfWords(words, code, status);
        return judge.Value.Decide(words, reading, remoteHost, isOurs);
    }

    /// <summary>Explains one reply, one line of a log or transcript, or the prose of a notice.</summary>
    /// <param name="text">Of any length and from anybody; time grows no faster than its length, and beyond 16 Ki characters not at
    /// all.</param>
    /// <param name="hints">What is known beside it.</param>
    public Explanation Explain(string text, ExplainHints? hints = null)
    {
        var span = text.AsSpan(0, Math.Min(text.Length, PatternMatcher.MaxExamined));
        var read = ReplyReading.Read(span, hints?.IsProse ?? false);
        var full = hints is null ? read : read.With(hints.Code, hints.Status);
        var match = judge.Value.Decide(span, full, hints?.RemoteHost, hints?.IsOurs ?? VerdictId.In(span) is not null);
        return Explain(text, full, match, hints);
    }

    /// <summary>Explains a reply that was given or received; ours is known by its entry.</summary>
    public Explanation Explain(Reply reply, ExplainHints? hints = null)
    {
        string text = reply.ToString();
        if (reply.WasReceived)
            return Explain(text, hints);
        var read = ReplyReading.Read(text, isProse: false);
        return Explain(text, read, new Match(reply.Entry, Basis.Own, read.CoreStart, text.Length - read.CoreStart, 1000),
            hints, isReceived: false);
    }

    private Explanation Explain(
        string text, in ReplyReading reading, in Match match, ExplainHints? hints, bool isReceived = true) => new(this)
        {
            Entry = match.Entry,
            Reason = match.Entry.Reason,
            Basis = match.Basis,
            Outcome = hints?.Outcome ?? Advice.OfReply(reading.Code, reading.Status),
            Alternatives = match.Entry.Reason is { } told && match.Basis != Basis.Own
                ? OpenCauses.Of(match.Entry, told, match.Other, isPlain: match.Weight >= Catalogue.Match.Plain && !match.IsContested) : [],
            DotsRestored = match.Basis is Basis.Status or Basis.Code && reading.Status is null ? ReplyJudge.DotsRestored(reading.Code)
                : null,
            Said = hints?.TellsFacts == false ? "" : text,
            FactsRead = hints?.TellsFacts == false ? null : hints?.Facts,
            IsElsewhere = isReceived,
        };

    /// <summary>Everything that is looked for in a text.</summary>
    private static PatternMatcher MatcherOf(CatalogueLoader loader)
    {
        var compiled = loader.Compiled;
        var phrases = new PhraseTable(compiled?.Count ?? 0, number => compiled!.Phrase(number), loader.Phrases);
        List<LiteralIndex> indexes = loader.PhraseIndex is { } index ? [index] : [];
        if (loader.Phrases.Count > 0)
            indexes.Add(new LiteralIndex(loader.Phrases.Select(phrase => phrase.Pattern.KeyLiteral), compiled?.Count ?? 0));
        var families = new FamilyMatcher(loader.Lexicon, [.. compiled?.Families() ?? [], .. loader.Families]);
        return new PatternMatcher(phrases, [.. indexes], families, loader.Providers);
    }
}
