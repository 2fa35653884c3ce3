using System.Text.RegularExpressions;
using Xunit;

namespace Gatepost.Tests.Architecture;

/// <summary>What a reader of the sources may rely on.</summary>
public sealed partial class StyleTests
{
    private const int LongestFile = 500;

    private const int WidestLine = 140;

    [Fact]
    public void Time_comes_from_a_TimeProvider()
    {
        var clocks = SourceTree.Product.SelectMany(file => file.Find(OwnClock()));
        var waits = SourceTree.Product.SelectMany(file => file.Find(Wait())).Where(wait => !GivenTime().IsMatch(wait));

        Finding.None(clocks.Concat(waits));
    }

    [Fact]
    public void Randomness_is_a_parameter()
    {
        var dice = SourceTree.Product.Where(file => file.Project != "gatepost" && file.Name != "Chance.cs")
            .SelectMany(file => file.Find(OwnDice()));

        Finding.None(dice);
    }

    [Fact]
    public void A_file_has_the_name_of_a_type_in_it()
    {
        var misnamed =
            from file in SourceTree.Product
            let stem = file.Name.Split('.')[0]
            let types = DeclaredType().Matches(file.Code).Select(match => match.Groups["name"].Value).ToList()
            where types.Count > 0 && !types.Contains(stem) && !types.Contains("I" + stem)
            select $"{file.Path} declares {string.Join(", ", types)}";

        Finding.None(misnamed);
    }

    [Fact]
    public void No_type_is_called_by_a_word_that_says_nothing()
    {
        var vague =
            from file in SourceTree.Product
            from Match type in DeclaredType().Matches(file.Code)
            where VagueName().IsMatch(type.Groups["name"].Value)
            select $"{file.Path}: {type.Groups["name"].Value}";

        Finding.None(vague);
    }

    [Fact]
    public void A_file_fits_in_a_few_screens()
    {
        var long_ = SourceTree.Product
            .Select(file => (file.Path, Lines: file.Text.AsSpan().Count('\n')))
            .Where(file => file.Lines > LongestFile)
            .Select(file => $"{file.Path}: {file.Lines} lines");

        Finding.None(long_);
    }

    /// <summary>docs/STYLE.md has the words to use instead.</summary>
    [Fact]
    public void Comments_and_texts_use_words_of_today() => Finding.None(SourceTree.Product.SelectMany(ArchaicLines));

    /// <summary>The manual and the pages for contributors; STYLE.md itself names the words it replaces.</summary>
    [Fact]
    public void Documentation_uses_words_of_today() => Finding.None(
        from file in Directory.EnumerateFiles(Path.Combine(SourceTree.Root, "docs"), "*.md", SearchOption.AllDirectories)
            .Concat(Directory.EnumerateFiles(SourceTree.Root, "*.md"))
        let path = Path.GetRelativePath(SourceTree.Root, file).Replace('\\', '/')
        where !path.StartsWith("docs/replies/", StringComparison.Ordinal) && path is not ("docs/STYLE.md" or "CHANGELOG.md")
        from line in File.ReadLines(file).Select((text, index) => (Text: text, Number: index + 1))
        where Archaic().Match(line.Text) is { Success: true }
        select $"{path}:{line.Number}: {Archaic().Match(line.Text).Value}");

    [Fact]
    public void A_line_is_at_most_140_columns_wide() => Finding.None(SourceTree.Product.SelectMany(file => file.Text.Split('\n')
        .Select((line, index) => (line, Number: index + 1))
        .Where(line => line.line.Length > WidestLine)
        .Select(line => $"{file.Path}:{line.Number}: {line.line.Length} columns")));

    private static IEnumerable<string> ArchaicLines(SourceFile file)
    {
        var (text, code) = (file.Text.Split('\n'), file.Code.Split('\n'));
        for (int i = 0; i < text.Length; i++)
        {
            // What the code has not is a comment; of the code only texts in quotes are prose.
            string comment = text[i].Length > code[i].TrimEnd().Length ? text[i][code[i].TrimEnd().Length..] : "";
            string prose = comment + string.Concat(Quoted().Matches(code[i]).Select(match => match.Value));
            if (Archaic().Match(prose) is { Success: true } found)
                yield return $"{file.Path}:{i + 1}: {found.Value}";
        }
    }

    [GeneratedRegex(
        @"\b(anew|afresh|shall|whoever|whomever|somebody|meanwhile|hither|thither|whence|hence|thus|whilst|henceforth|thereafter|hereafter|forthwith|"
        + @"therein|thereof|thereby|hereby|wherein|whereby|herein|lest|borne|mend(s|ed|ing)?|for want of|told of|tells? of|nobody who|let(s|ting)? go of|"
        + @"left in peace|put(s|ting)? in force|for good|stead|nought|naught|amiss|bide|tarry|betimes|unto|upon|"
        + @"stands?|stood|nobody(?!@|-|"")|at once|all the same|heed(s|ed)?|whichever|wherever|hardly|in a circle|the like|its like|crowd(s|ed)?)\b",
        RegexOptions.IgnoreCase)]
    private static partial Regex Archaic();

    [GeneratedRegex("\"(?:\\\\.|[^\"\\\\])*\"")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"\bDateTime(Offset)?\.(Now|UtcNow|Today)\b|\bThread\.Sleep\b|\bEnvironment\.TickCount(64)?\b")]
    private static partial Regex OwnClock();

    [GeneratedRegex(@"\bTask\.Delay\([^;]*;|\bnew PeriodicTimer\([^;]*;")]
    private static partial Regex Wait();

    /// <summary>The argument that decides whose time it is: <c>time</c>, <c>clock</c>, <c>timeProvider</c>, <c>options.Time</c>.</summary>
    [GeneratedRegex(@"[\s,.(]_?(time|clock|timeProvider)\b", RegexOptions.IgnoreCase)]
    private static partial Regex GivenTime();

    [GeneratedRegex(@"\bRandom\.Shared\b|\bChance\.Shared\b|\bnew Random\(\)")]
    private static partial Regex OwnDice();

    [GeneratedRegex(
        @"^[ \t]*(?:(?:public|internal|file|private|protected|sealed|static|abstract|readonly|partial|ref|unsafe)\s+)*(?:class|record\s+struct|record\s+class|record|struct|interface|enum)\s+(?<name>\w+)", RegexOptions.Multiline)]
    private static partial Regex DeclaredType();

    [GeneratedRegex("(Manager|Helper|Helpers|Utils|Utility|Utilities|Misc|Common)$")]
    private static partial Regex VagueName();
}
