using System.Globalization;
using Gatepost.Replies;

namespace Gatepost.Commands;

/// <summary>Asks before something is done that cannot be undone.</summary>
internal static class Confirmation
{
    /// <param name="what">What would be done: <c>drop 3 messages</c>.</param>
    /// <returns>Whether the person at the terminal agrees; without a terminal the answer is no.</returns>
    public static async Task<bool> AskAsync(Texts texts, Finding what, CancellationToken cancel)
    {
        string said = SafeText.Of(texts.Show(what));
        if (Console.IsInputRedirected)
        {
            await Console.Error.WriteLineAsync("gatepost: " + texts.Say("confirm.say-yes", ("what", said)));
            return false;
        }

        string question = texts.Say("confirm.question", ("what", char.ToUpper(said[0], CultureInfo.InvariantCulture) + said[1..]));
        await Console.Error.WriteAsync(question + " ");
        return await Console.In.ReadLineAsync(cancel) is { } answer && answer.Trim() is [var first, ..]
            && texts.Say("confirm.yes-letters").Contains(char.ToLower(first, CultureInfo.InvariantCulture), StringComparison.Ordinal);
    }
}
