using System.Collections.Concurrent;

namespace Gatepost.Replies;

/// <summary>
/// The words of one language: <c>[entry-id]</c>, <c>[reason.mailbox-full]</c>, <c>[status."X.1.1"]</c>, <c>[code.550]</c>.
/// </summary>
/// <remarks>
/// A later file overrides single keys of an earlier one, so that a postmaster can put one sentence right without copying the rest.
/// </remarks>
/// <param name="compiled">The words that come with the program; null for a language of which there are none.</param>
internal sealed class MessageCatalogue(CompiledWords? compiled)
{
    /// <summary>Sections that hold texts rather than the words of an entry.</summary>
    private static readonly string[] TextSections = ["text", "evidence", "fact", "language"];

    /// <summary>What files added, and what was read of the compiled words already.</summary>
    internal readonly ConcurrentDictionary<string, Words> KnownWords = new(StringComparer.Ordinal);
    internal readonly ConcurrentDictionary<string, string> KnownTexts = new(StringComparer.Ordinal);

    /// <summary>
    /// The words under a key, or null: <c>sender-domain-not-found</c>, <c>reason.mailbox-full</c>, <c>status.X.1.1</c>, <c>code.550</c>.
    /// </summary>
    public Words? Find(string key) =>
        KnownWords.TryGetValue(key, out var known) ? known : compiled?.Words(key) is { } read ? KnownWords.GetOrAdd(key, read) : null;

    /// <summary>A text, or null: <c>trace.session</c> of <c>[text.trace]</c>, <c>evidence.no-reverse-name</c>, <c>fact.limit</c>.</summary>
    public string? Text(string key) =>
        KnownTexts.TryGetValue(key, out string? known) ? known : compiled?.Text(key) is { } read ? KnownTexts.GetOrAdd(key, read) : null;

    /// <summary>How the language forms plurals; one of <see cref="Plurals.Rules"/>.</summary>
    public string PluralRule => Text("language.plural") ?? Plurals.OneOther;

    /// <summary>Words from a dialect file rather than a words file.</summary>
    public void Put(string key, Words told) => KnownWords[key] = Find(key) is { } before ? told.Over(before) : told;

    /// <summary>Takes in a file; what is wrong with it is added to <paramref name="problems"/>.</summary>
    public void Add(DataFile file, List<DataProblem> problems)
    {
        problems.AddRange(file.Problems);
        foreach (var section in file.Sections)
        {
            string key = string.Join('.', section.Path);
            if (key.Length == 0 && section.Items.Count == 0)
                continue;
            if (key.Length == 0)
                problems.Add(
                    new DataProblem(
                        file.Name, section.Line,
                        "words go under the entry they belong to, for example [mailbox-full] or [reason.mailbox-full]"));
            else if (TextSections.Contains(section.Path[0]))
                AddTexts(section, file.Name, problems);
            else
                Put(key, Read(section, file.Name, problems));
        }
    }

    private void AddTexts(DataFile.Section section, string name, List<DataProblem> problems)
    {
        string prefix = string.Join('.', section.Path[0] == "text" ? section.Path[1..] : section.Path);
        foreach (var item in section.Items)
        {
            if (item.Value is not string text)
                problems.Add(new DataProblem(name, item.Line, $"{item.Key} must be a text in quotes"));
            else if (prefix == "language" && item.Key == "plural" && !Plurals.Rules.ContainsKey(text))
                problems.Add(new DataProblem(name, item.Line, $"plural is none of {string.Join(", ", Plurals.Rules.Keys)}"));
            else
                KnownTexts[prefix.Length == 0 ? item.Key : prefix + "." + item.Key] = text;
        }
    }

    internal static Words Read(DataFile.Section section, string name, List<DataProblem> problems)
    {
        var read = new Words();
        foreach (var item in section.Items)
        {
            if (!Words.Keys.Contains(item.Key))
                problems.Add(new DataProblem(name, item.Line, $"{item.Key} is none of {string.Join(", ", Words.Keys)}"));
            else if (Steps(item.Value) is { } steps)
            {
                if (steps.Select(FactTemplate.Fault).FirstOrDefault(fault => fault is not null) is { } fault)
                    problems.Add(new DataProblem(name, item.Line, $"{item.Key}: {fault}"));
                else
                    read = read.With(item.Key, steps);
            }
            else
                problems.Add(
                    new DataProblem(name, item.Line, $"{item.Key} must be a text in quotes or a list of such texts, and not empty"));
        }

        return read;
    }

    internal static string[]? Steps(object value) => value switch
    {
        string one when !string.IsNullOrWhiteSpace(one) => [one],
        string[] many when many.Length > 0 && many.All(step => !string.IsNullOrWhiteSpace(step)) => many,
        _ => null,
    };
}
