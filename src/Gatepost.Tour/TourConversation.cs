using System.Text;

namespace Gatepost.Tour;

/// <summary>One conversation of a peer of the tour with the server that delivers to it, line by line.</summary>
/// <param name="fallSilent">Called when an answer is due and none will come.</param>
/// <param name="heard">Called at each RCPT: the recipient, and the list that the conversation is written to from then on as before.</param>
internal sealed class TourConversation(
    Stream stream, TourPeer peer, Action<string, IReadOnlyList<string>> heard, Action fallSilent, CancellationToken stop) : IDisposable
{
    private readonly StreamReader reader = new(stream, Encoding.UTF8, leaveOpen: true);
    private readonly Lock sync = new();
    private readonly List<string> said = [];
    private string recipient = "";

    /// <summary>Answers until one of the two hangs up.</summary>
    public async Task RunAsync()
    {
        await SayAsync($"220 mx.{peer.Domain} ESMTP");
        while (await reader.ReadLineAsync(stop) is { } line)
        {
            said.Add("-> " + line);
            if (Answer(line) is not { } answer)
                return;
            if (answer.Length > 0)
                await SayAsync(answer);
            else
                fallSilent();
            if (answer.StartsWith("354", StringComparison.Ordinal))
                await TakeAsync();
        }
    }

    public void Dispose() => reader.Dispose();

    /// <returns>Null hangs up; an empty answer is silence.</returns>
    private string? Answer(string line)
    {
        string verb = line.Split(' ')[0].ToUpperInvariant();
        if (verb == "RCPT")
        {
            recipient = line[(line.IndexOf('<', StringComparison.Ordinal) + 1)..line.LastIndexOf('>')];
            heard(recipient, said);
        }

        return (verb, peer.Trick) switch
        {
            ("RCPT", PeerTrick.HangsUpAfterRecipient) => null,
            ("RCPT", PeerTrick.AnswersRecipient) => peer.Line(recipient),
            ("DATA", PeerTrick.SilentAtData) => "",
            ("DATA", _) => "354 go on",
            ("QUIT", _) => "221 bye",
            _ => "250 ok",
        };
    }

    private async Task TakeAsync()
    {
        while (await reader.ReadLineAsync(stop) is { } text && text != ".")
        {
        }

        said.Add("-> (the message) .");
        await SayAsync(peer.Trick == PeerTrick.AnswersMessage ? peer.Line(recipient) : "250 ok");
    }

    private async Task SayAsync(string line)
    {
        lock (sync)
            said.Add("<- " + line);
        await stream.WriteAsync(Encoding.UTF8.GetBytes(line + "\r\n"), stop);
    }
}
