using Gatepost.Explain.Observations;
using Gatepost.Explain.Text;

namespace Gatepost.Explain.MailLog;

/// <summary>Lines of qmail: <c>delivery 7: failure: 192.0.2.1_does_not_like_recipient./Remote_host_said:_550_.../</c>; blanks are written
/// as underscores.</summary>
internal static class QmailLog
{
    public static Observation? Read(LogLine line, Dictionary<int, string>? started)
    {
        if (line.Text.IndexOf("starting delivery ", StringComparison.Ordinal) is var starting and >= 0)
        {
            if (Number(line.Text[(starting + 18)..]) is var id and >= 0 && Address.First(line.Text[starting..]) is { } to)
                started?.TryAdd(id, to);
            return null;
        }

        int delivery = line.Text.IndexOf("delivery ", StringComparison.Ordinal);
        if (delivery < 0)
            return null;
        var rest = line.Text[delivery..];
        DeliveryAction action;
        int words;
        if (rest.IndexOf(": failure: ") is var failed and >= 0)
            (action, words) = (DeliveryAction.Failed, failed + 11);
        else if (rest.IndexOf(": deferral: ") is var deferred and >= 0)
            (action, words) = (DeliveryAction.Delayed, deferred + 12);
        else if (rest.IndexOf(": success: ") is var sent and >= 0)
            (action, words) = (DeliveryAction.Delivered, sent + 11);
        else
            return null;

        int start = line.Start + delivery + words;
        string spoken = line.Passage.Text[..start] + line.Passage.Text[start..(line.Start + line.Text.Length)].Replace('_', ' ')
            .Replace('/', ' ');
        var passage = line.Passage.Respelled(spoken);
        var observation = new Observation { Action = action };
        if (started is not null && Number(rest[9..]) is var number and >= 0 && started.TryGetValue(number, out string? recipient))
            observation.Recipient = recipient;
        observation.Add(Excerpt.From(passage, start, spoken.Length), Nearness.Reply);
        return observation;
    }

    private static int Number(ReadOnlySpan<char> text)
    {
        int end = 0;
        while (end < text.Length && end < 9 && char.IsAsciiDigit(text[end]))
            end++;
        return end == 0 ? -1 : int.Parse(text[..end], System.Globalization.CultureInfo.InvariantCulture);
    }
}
