using System.Text;
using System.Text.RegularExpressions;
using Gatepost.Replies;
using Gatepost.Replies.Catalogue;
using Xunit;

namespace Gatepost.Tests.Program;

/// <summary>A third language in a folder: every English text with its Latin letters turned into Greek ones.</summary>
/// <remarks>Latin words in an output were said by servers and clients, are names and ids, or were forgotten.</remarks>
internal sealed partial class MadeUpLanguage : IDisposable
{
    public static readonly Language Code = new("xx");

    public MadeUpLanguage()
    {
        string words = Path.Combine(Folder, "words", Code.Code);
        Directory.CreateDirectory(words);
        string english = Path.Combine(Repository.Root, "src", "Gatepost.Replies", "Words", "en");
        foreach (string file in Directory.EnumerateFiles(english, "*.toml"))
            File.WriteAllLines(Path.Combine(words, Path.GetFileName(file)), File.ReadLines(file).Select(Translate));
        Catalogue = ReplyDatabase.Load(Folder);
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("gatepost-words-").FullName;

    public ReplyDatabase Catalogue { get; }

    public Texts Texts => Catalogue.TextsIn(Code);

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    /// <summary>No word of three Latin letters but the given ones, commands and names of protocols.</summary>
    public static void NoEnglish(string text, params string[] saidByOthers)
    {
        foreach (string said in saidByOthers.OrderByDescending(said => said.Length))
            text = text.Replace(said, "", StringComparison.OrdinalIgnoreCase);
        Assert.True(text.Any(letter => letter is >= 'α' and <= 'ω'), $"nothing was said:\n{text}");
        var left = LatinWord().Matches(text).Select(match => match.Value).ToList();
        Assert.True(left.Count == 0, $"English is left: {string.Join(", ", left)}\nin\n{text}");
    }

    /// <summary>Turns the letters of the texts of one line into Greek; keys, placeholders, commands and plural rules stay.</summary>
    private static string Translate(string line)
    {
        if (line.StartsWith('#') || line.StartsWith('[') || line.StartsWith("plural", StringComparison.Ordinal))
            return line;
        int from = line.TrimStart().StartsWith('"') ? 0 : line.IndexOf('=') + 1;
        return line[..from] + Quoted().Replace(line[from..], match => Greek(match.Value));
    }

    private static string Greek(string text)
    {
        var turned = new StringBuilder(text.Length);
        string? name = null;
        for (int i = 0; i < text.Length; i++)
        {
            char letter = text[i];
            if (letter == '{')
                name = "";
            else if (letter is '|' or '}')
                name = null;
            bool stays = name is not null || (i > 0 && text[i - 1] == '\\');
            turned.Append(!stays && letter is >= 'a' and <= 'z' ? (char)('α' + ((letter - 'a') % 17))
                : !stays && letter is >= 'A' and <= 'Z' ? (char)('Α' + ((letter - 'A') % 17))
                : letter);
        }

        return turned.ToString();
    }

    [GeneratedRegex(@"""(?:[^""\\]|\\.)*""")]
    private static partial Regex Quoted();

    [GeneratedRegex("[A-Za-z]{3,}")]
    private static partial Regex LatinWord();
}
