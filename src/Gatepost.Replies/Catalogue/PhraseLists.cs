using Gatepost.Replies.Compiled;

namespace Gatepost.Replies.Catalogue;

/// <summary>What mail systems write around replies, as named lists of phrases: <c>Notices/*.toml</c>, and the same folder of a
/// postmaster.</summary>
/// <remarks>A section <c>[failure.de]</c> adds to the list <c>failure</c>; a later file adds to an earlier one.</remarks>
public sealed class PhraseLists
{
    private readonly CompiledCatalogue? compiled;
    private readonly Lock sync = new();

    /// <summary>Those asked for so far; all of them if none are compiled.</summary>
    internal readonly Dictionary<string, PhraseList> Lists = new(StringComparer.Ordinal);

    /// <param name="compiled">The lists that come with the program; null for none.</param>
    internal PhraseLists(CompiledCatalogue? compiled) => this.compiled = compiled;

    /// <summary>The list of that name; an empty one where no file has it.</summary>
    public PhraseList this[string name]
    {
        get
        {
            lock (sync)
                return Lists.TryGetValue(name, out var list) ? list : Lists[name] = Read(name);
        }
    }

    private PhraseList Read(string name)
    {
        foreach (var record in compiled is null ? [] : compiled.Table<PhraseListRecord>(Section.PhraseLists).All)
            if (compiled!.Strings.Span(record.Name).SequenceEqual(name))
                return new PhraseList(compiled, record);
        return new PhraseList();
    }

    /// <summary>Takes in a file; what is wrong with it is added to <paramref name="problems"/>.</summary>
    internal void Add(DataFile file, List<DataProblem> problems)
    {
        problems.AddRange(file.Problems);
        foreach (var section in file.Sections)
        {
            if (section.Path.Length == 0 && section.Items.Count == 0)
                continue;
            if (section.Path.Length != 2)
            {
                problems.Add(new DataProblem(file.Name, section.Line,
                    "phrases belong under their list and language, for example [failure.de]"));
                continue;
            }

            foreach (var item in section.Items)
                Take(file.Name, section.Path[0], item, problems);
        }
    }

    private void Take(string file, string list, DataFile.Item item, List<DataProblem> problems)
    {
        if (item.Key is not ("phrases" or "examples"))
            problems.Add(new DataProblem(file, item.Line, $"{item.Key} is none of phrases, examples"));
        else if (MessageCatalogue.Steps(item.Value) is not { } texts)
            problems.Add(new DataProblem(file, item.Line, $"{item.Key} must be a list of texts in quotes, and not empty"));
        else if (item.Key == "phrases" && this[list].Add(texts) is { } bad)
            problems.Add(
                new DataProblem(
                    file, item.Line, $"\"{bad}\" is too short: a phrase needs two letters at least, or one of a script without blanks"));
    }
}
