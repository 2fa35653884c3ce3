using Gatepost.Replies.Matching;

namespace Gatepost.Replies.Catalogue;

/// <summary>Reads a file of word classes (<c>[words]</c>) and families of phrases (<c>[[family]]</c>).</summary>
/// <remarks>See Families/README.md for the rules.</remarks>
internal sealed class FamilyFile(DataFile file, Lexicon lexicon, List<DataProblem> problems)
{
    private static readonly string[] FamilyKeys =
        ["what", "of", "with", "without", "reason", "weight", "near", "order", "class", "decides", "examples"];

    private static readonly Dictionary<string, FamilyOrder> Orders = new(StringComparer.Ordinal)
    {
        ["any"] = FamilyOrder.Any,
        ["event-first"] = FamilyOrder.EventFirst,
        ["object-first"] = FamilyOrder.ObjectFirst,
    };

    /// <summary>Takes the words of the file into the lexicon; every file has to be asked before <see cref="Families"/>.</summary>
    public void ReadWords()
    {
        problems.AddRange(file.Problems);
        foreach (var section in file.Sections)
        {
            if (section.Path is ["words"])
                foreach (var item in section.Items)
                    AddWords(lexicon.Class(item.Key), item);
            else if (section.Path is ["mail"])
                lexicon.MailClasses.UnionWith(DataFile.List(section, "classes").Select(lexicon.Class));
            else if (section.Path is not ([] or ["family"]))
                Problem(section.Line, $"[{string.Join('.', section.Path)}] is none of [words], [mail], [[family]]");
        }
    }

    /// <summary>The families of the file.</summary>
    public IEnumerable<Family> Families(Func<string, ReplyEntry> general)
    {
        foreach (var section in file.Sections)
            if (section.Path is ["family"] && Read(section, general) is { } family)
                yield return family;
    }

    private void AddWords(int number, DataFile.Item item)
    {
        foreach (string word in item.Value switch { string one => [one], string[] many => many, _ => Array.Empty<string>() })
        {
            try
            {
                lexicon.Add(number, word);
            }
            catch (FormatException wrong)
            {
                Problem(item.Line, wrong.Message);
            }
        }
    }

    private Family? Read(DataFile.Section section, Func<string, ReplyEntry> general)
    {
        foreach (var item in section.Items)
            if (!FamilyKeys.Contains(item.Key))
                Problem(item.Line, $"{item.Key} is none of {string.Join(", ", FamilyKeys)}");
        if (DataFile.Text(section, "reason") is not { } word || Reason.Find(word) is not { } reason
            || DataFile.List(section, "what").Length == 0)
        {
            Problem(section.Line, "[[family]] needs what, a list of word classes, and a reason (see docs/replies for the words)");
            return null;
        }

        string order = DataFile.Text(section, "order") ?? "any";
        if (!Orders.ContainsKey(order))
            Problem(section.Line, $"order: \"{order}\" is none of {string.Join(", ", Orders.Keys)}");
        return new Family
        {
            EntryOf = () => general(reason.Word),
            Basis = Basis.Words,
            Weight = (int)(DataFile.Number(section, "weight") ?? 64),
            ReasonIndex = Matching.ReasonIndex.Of(reason),
            What = Classes(section, "what"),
            Objects = Classes(section, "of"),
            With = Classes(section, "with"),
            Without = Classes(section, "without"),
            Near = (int)(DataFile.Number(section, "near") ?? Family.DefaultNear),
            Class = (int)(DataFile.Number(section, "class") ?? 0),
            Decides = section.Items.Any(item => item is { Key: "decides", Value: true }),
            Order = Orders.GetValueOrDefault(order),
        };
    }

    private int[] Classes(DataFile.Section section, string key)
    {
        string[] names = DataFile.List(section, key);
        foreach (string name in names)
            if (lexicon.FindClass(name) < 0 && !name.StartsWith("value-", StringComparison.Ordinal))
                Problem(section.Line, $"{key}: there are no words of the class {name}");
        return [.. names.Select(lexicon.Class).Distinct()];
    }

    private void Problem(int line, string what) => problems.Add(new DataProblem(file.Name, line, what));
}
