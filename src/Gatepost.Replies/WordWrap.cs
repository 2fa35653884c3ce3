using System.Text;

namespace Gatepost.Replies;

/// <summary>Breaks text into lines at spaces, for terminals and bounces.</summary>
public static class WordWrap
{
    /// <summary>At least one line. A word longer than a line stays whole, so that addresses and URLs can be copied.</summary>
    /// <param name="width">Characters of a line.</param>
    public static IEnumerable<string> Lines(string text, int width)
    {
        var line = new StringBuilder();
        foreach (string word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > width)
            {
                yield return line.ToString();
                line.Clear();
            }

            line.Append(line.Length > 0 ? " " : "").Append(word);
        }

        yield return line.ToString();
    }
}
