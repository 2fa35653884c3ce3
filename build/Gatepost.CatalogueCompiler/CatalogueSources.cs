using Gatepost.Replies;
using Gatepost.Replies.Catalogue;
using Gatepost.Replies.Matching;

namespace Gatepost.CatalogueCompiler;

/// <summary>The catalogue as it is written: the data files of src/Gatepost.Replies, and the replies of our own in its C#.</summary>
internal static class CatalogueSources
{
    private static readonly string[] Folders = ["Dialects", "Families", "Notices"];

    /// <param name="folder">src/Gatepost.Replies.</param>
    /// <param name="files">Takes for each phrase the name of the file it comes from, without ending; empty for our own.</param>
    public static CatalogueLoader Read(string folder, List<string>? files = null)
    {
        string words = Path.Combine(folder, "Words");
        string[] languages =
            [.. Directory.EnumerateDirectories(words).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];
        var loader = new CatalogueLoader(null, [.. languages.Select(code => new Language(code))]);
        foreach (string kind in Folders.Concat(languages.Select(code => "Words/" + code)))
            foreach (string file in Directory.EnumerateFiles(Path.Combine(folder, kind), "*.toml").Order(StringComparer.Ordinal))
            {
                int before = loader.Phrases.Count;
                loader.Take(kind.ToLowerInvariant(), $"{kind}/{Path.GetFileName(file)}", File.ReadAllText(file));
                files?.AddRange(Enumerable.Repeat(Path.GetFileNameWithoutExtension(file), loader.Phrases.Count - before));
            }

        loader.Finish();
        int others = loader.Phrases.Count;
        AddOwn(loader);
        files?.AddRange(Enumerable.Repeat("", loader.Phrases.Count - others));
        return loader;
    }

    /// <summary>Our own replies are recognised by their full text, in either style.</summary>
    private static void AddOwn(CatalogueLoader loader)
    {
        var known = new HashSet<ReplyForm>();
        foreach (var entry in OurReplies.All)
        {
            foreach (var form in (ReplyForm[])(ReferenceEquals(entry.Classic, entry.Modern)
                ? [entry.Classic] : [entry.Classic, entry.Modern]))
            {
                // If two causes are told in the same words on purpose, they are read as the first of them.
                if (OfTemplate(form.Text) is not { } pattern || !known.Add(form))
                    continue;
                loader.Phrases.Add(new Phrase
                {
                    Pattern = pattern,
                    EntryOf = () => entry,
                    Basis = Basis.Own,
                    Weight = 1000 + pattern.LiteralLength,
                    ReasonIndex = ReasonIndex.Of(entry.Reason),
                    Code = form.Code,
                    Status = form.Status,
                    IsCondition = entry.Kind == EntryKind.Condition,
                });
            }
        }
    }

    /// <summary>The text of one of our own replies: <c>{name}</c> stands for any value, and nothing stands before or after.</summary>
    /// <returns>Null where too little is given to be recognised by.</returns>
    private static Pattern? OfTemplate(string template)
    {
        var parts = new List<Pattern.Part>();
        int at = 0;
        var gap = Pattern.Gap.None;
        while (at <= template.Length)
        {
            int open = template.IndexOf('{', at);
            // A value may be empty or end in a space: the spaces around it are part of the gap.
            string literal = Normaliser.Fold(open < 0 ? template[at..] : template[at..open]);
            literal = at > 0 ? literal.TrimStart(' ') : literal;
            literal = open >= 0 ? literal.TrimEnd(' ') : literal;
            if (literal.Length > 0)
            {
                parts.Add(new Pattern.Part(gap, literal));
                gap = Pattern.Gap.None;
            }

            if (open < 0)
                break;
            gap = Pattern.Gap.Any;
            at = template.IndexOf('}', open) + 1;
        }

        if (parts.Count == 0 || !parts.Any(part => part.Literal.Any(char.IsLetter)))
            return null;
        return new Pattern([.. parts], template[0] != '{', gap == Pattern.Gap.None, freeStart: true, freeEnd: true, int.MaxValue);
    }
}
