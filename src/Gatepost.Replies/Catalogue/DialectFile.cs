using Gatepost.Replies.Matching;

namespace Gatepost.Replies.Catalogue;

/// <summary>Reads a dialect file: who speaks so, and what each wording means.</summary>
/// <remarks>
/// At the top: <c>provider</c>, <c>hosts</c>, <c>marks</c>, <c>help</c>, <c>source</c>. Then <c>[[reply]]</c> for a provider's own
/// wordings,
/// <c>[[words]]</c> for phrases that mean the same everywhere, <c>[[ignore]]</c> for phrases that hide others inside them.
/// </remarks>
internal sealed class DialectFile(
    DataFile file, Providers providers, IReadOnlyList<Language> languages, List<DataProblem> problems)
{
    private static readonly string[] TopKeys = ["provider", "hosts", "marks", "help", "source"];

    private static readonly string[] ReplyKeys =
        ["id", "patterns", "examples", "reason", "actors", "retry", "code", "status", "class", "weight", "needs-host", "help", "source",
            "also"];

    private static readonly Dictionary<string, Actors> ActorWords = new(StringComparer.Ordinal)
    {
        ["nobody"] = Actors.Nobody,
        ["sender"] = Actors.Sender,
        ["sender-admin"] = Actors.SenderAdmin,
        ["recipient"] = Actors.Recipient,
        ["recipient-admin"] = Actors.RecipientAdmin,
        ["address-owner"] = Actors.AddressOwner,
    };

    private static readonly Dictionary<string, Retry> RetryWords = new(StringComparer.Ordinal)
    {
        ["no"] = Retry.No,
        ["automatic"] = Retry.Automatic,
        ["later"] = Retry.Later,
        ["after-change"] = Retry.AfterChange,
        ["in-parts"] = Retry.InParts,
    };

    /// <summary>Most that one general word counts: without its object it says little, so that confidence stays low.</summary>
    private const int MaxWordWeight = 34;

    private readonly List<DialectEntry> entries = [];
    private string provider = "";
    private int number = -1;
    private string? help, source;

    /// <summary>What the file's patterns became.</summary>
    public List<Phrase> Phrases { get; } = [];

    /// <summary>The words beside the patterns: key, language, words.</summary>
    public List<(string Key, Language Language, Words Words)> Words { get; } = [];

    /// <summary>Reads the whole file; what is wrong is reported and left out.</summary>
    public Dialect Read(Func<string, ReplyEntry> general)
    {
        foreach (var section in file.Sections)
        {
            switch (section.Path)
            {
                case []:
                    ReadTop(section);
                    break;
                case ["reply"] when section.InArray:
                    ReadReply(section);
                    break;
                case ["words"] when section.InArray:
                    ReadWords(section, general);
                    break;
                case ["ignore"] when section.InArray:
                    AddPhrases(section, ReplyEntry.Unrecognised, Basis.Words, 0, -1);
                    break;
                default:
                    Problem(section.Line, $"[{string.Join('.', section.Path)}] is none of [[reply]], [[words]], [[ignore]]");
                    break;
            }
        }

        return new Dialect(provider, file.Name, help, entries);
    }

    private void ReadTop(DataFile.Section section)
    {
        CheckKeys(section, TopKeys);
        provider = DataFile.Text(section, "provider") ?? "";
        help = DataFile.Text(section, "help");
        source = DataFile.Text(section, "source");
        if (provider.Length == 0)
            return;
        number = providers.Number(provider);
        if (number < 0)
            Problem(
                section.Line, $"{provider} is one provider too many: hosts of {Providers.Max} are distinguished, its replies are known by "
                + $"their words alone");
        foreach (string domain in DataFile.List(section, "hosts"))
            providers.AddDomain(domain, number);
        foreach (string mark in DataFile.List(section, "marks"))
        {
            if (number >= 0 && Parse(mark, section.Line) is { } pattern)
                Phrases.Add(new Phrase
                {
                    Pattern = pattern,
                    EntryOf = () => ReplyEntry.Unrecognised,
                    Basis = Basis.Dialect,
                    Weight = 0,
                    ReasonIndex = -1,
                    Provider = number,
                    IsMark = true
                });
        }
    }

    private void ReadReply(DataFile.Section section)
    {
        CheckKeys(section, ReplyKeys, Replies.Words.Keys);
        string? id = DataFile.Text(section, "id");
        if (id is null || ReadReason(section) is not { } reason)
        {
            Problem(section.Line, "[[reply]] needs an id and a reason (see docs/replies for the words)");
            return;
        }

        var entry = new ReplyEntry
        {
            Id = id,
            Kind = EntryKind.Dialect,
            Classic = new((int)(DataFile.Number(section, "code") ?? 0), StatusOf(section), ""),
            Reason = reason,
            ActorsOverride = ReadActors(section),
            RetryOverride = DataFile.Text(section, "retry") is { } retry ? Known(section, "retry", retry, RetryWords) : null,
            Also = ReadAlso(section),
            Source = DataFile.Text(section, "source") ?? source,
            Provider = provider.Length == 0 ? null : provider,
            HelpUrl = DataFile.Text(section, "help") ?? help,
        };
        int weight = (int)(DataFile.Number(section, "weight") ?? 120);
        AddPhrases(section, entry, Basis.Dialect, weight, ReasonIndex.Of(reason));
        ReadOwnWords(section, id);
        entries.Add(new DialectEntry(entry, DataFile.List(section, "examples"), IsGeneral: false));
    }

    private void ReadWords(DataFile.Section section, Func<string, ReplyEntry> general)
    {
        CheckKeys(section, ReplyKeys);
        if (ReadReason(section) is not { } reason)
        {
            Problem(section.Line, "[[words]] needs a reason (see docs/replies for the words)");
            return;
        }

        int weight = (int)(DataFile.Number(section, "weight") ?? 60);
        var entry = general(reason.Word);
        AddPhrases(section, entry, Basis.Words, weight, ReasonIndex.Of(reason));
        entries.Add(new DialectEntry(entry, DataFile.List(section, "examples"), IsGeneral: true));
    }

    private void AddPhrases(DataFile.Section section, ReplyEntry entry, Basis basis, int weight, int reasonIndex)
    {
        string[] patterns = DataFile.List(section, "patterns");
        if (patterns.Length == 0)
            Problem(section.Line, "patterns is missing: a list of wordings in quotes, for example patterns = [\"mailbox is full\"]");
        int line = section.Items.FirstOrDefault(item => item.Key == "patterns")?.Line ?? section.Line;
        foreach (string source in patterns.SelectMany(written => WriteOut(written, line)))
        {
            if (Parse(source, line, basis == Basis.Words ? Pattern.ShortGap : Pattern.MaxGap) is not { } pattern)
                continue;
            Phrases.Add(new Phrase
            {
                Pattern = pattern,
                EntryOf = () => entry,
                Basis = basis,
                Weight = basis == Basis.Dialect ? weight + pattern.Particularity : pattern.IsPlainWord
                    ? Math.Min(weight, MaxWordWeight) : weight,
                ReasonIndex = reasonIndex,
                Code = (int?)DataFile.Number(section, "code"),
                Status = StatusOf(section),
                Class = (int)(DataFile.Number(section, "class") ?? 0),
                Provider = number,
                NeedsProvider = section.Items.Any(item => item is { Key: "needs-host", Value: true }),
            });
        }
    }

    private void ReadOwnWords(DataFile.Section section, string id)
    {
        foreach (var language in languages)
        {
            string prefix = language.Code();
            var own = section.Items
                .Where(item => item.Key == prefix || item.Key.StartsWith(prefix + "-", StringComparison.Ordinal))
                .Select(item => item with { Key = item.Key == prefix ? "meaning" : "for" + item.Key[prefix.Length..] })
                .ToList();
            if (own.Count > 0)
                Words.Add((id, language, MessageCatalogue.Read(section with { Items = own }, file.Name, problems)));
        }
    }

    private IReadOnlyList<string> WriteOut(string source, int line)
    {
        try
        {
            return Alternatives.Expand(source);
        }
        catch (FormatException wrong)
        {
            Problem(line, wrong.Message);
            return [];
        }
    }

    private Pattern? Parse(string source, int line, int maxGap = Pattern.MaxGap)
    {
        try
        {
            return Pattern.Parse(source, maxGap);
        }
        catch (FormatException trouble)
        {
            Problem(line, trouble.Message);
            return null;
        }
    }

    private Reason? ReadReason(DataFile.Section section) => DataFile.Text(section, "reason") is { } word ? Reason.Find(word) : null;

    /// <summary>Causes that share the wording; an unknown word is reported and left out.</summary>
    private List<Reason> ReadAlso(DataFile.Section section)
    {
        var also = new List<Reason>();
        foreach (string word in DataFile.List(section, "also"))
        {
            if (Reason.Find(word) is { } reason)
                also.Add(reason);
            else
                Problem(section.Items.First(item => item.Key == "also")
                    .Line, $"also: \"{word}\" is no reason (see docs/replies for the words)");
        }

        return also;
    }

    private Actors? ReadActors(DataFile.Section section)
    {
        string[] words = DataFile.List(section, "actors");
        if (words.Length == 0)
            return null;
        var all = Actors.Nobody;
        foreach (string word in words)
            all |= Known(section, "actors", word, ActorWords);
        return all;
    }

    private T Known<T>(DataFile.Section section, string key, string word, Dictionary<string, T> known)
        where T : struct
    {
        if (known.TryGetValue(word, out var value))
            return value;
        Problem(section.Items.First(item => item.Key == key).Line, $"{key}: \"{word}\" is none of {string.Join(", ", known.Keys)}");
        return default;
    }

    private EnhancedStatus? StatusOf(DataFile.Section section)
    {
        if (DataFile.Text(section, "status") is not { } text)
            return null;
        if (EnhancedStatus.TryParse(text, out var status))
            return status;
        Problem(section.Line, $"status \"{text}\" must look like \"5.1.1\"");
        return null;
    }

    private void CheckKeys(DataFile.Section section, params string[][] allowed)
    {
        foreach (var item in section.Items)
        {
            bool words = allowed.Length > 1
                && languages.Any(language => item.Key == language.Code()
                || item.Key.StartsWith(language.Code() + "-", StringComparison.Ordinal));
            if (!words && !allowed[0].Contains(item.Key))
                Problem(item.Line, $"{item.Key} is none of {string.Join(", ", allowed[0])}");
        }
    }

    private void Problem(int line, string what) => problems.Add(new DataProblem(file.Name, line, what));
}
