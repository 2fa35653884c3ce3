using System.Text;
using Gatepost.Smtp.Server;
using Xunit;

namespace Gatepost.Tests.Smtp;

/// <summary>A conversation as one would write it down, played against a real <see cref="Connection"/>.</summary>
/// <remarks>
/// <c>S: text</c> is a line the server must say; <c>S: 250-*</c> matches one reply of that code with any number of lines. <c>C: text</c>
/// is a line the client sends, CRLF added; <c>R: text</c> is sent as it is, with <c>\r \n \t \0 \\ \xHH</c> for what cannot be written.
/// <c>{any}</c> in a line of the server matches what differs from play to play. <c>X: closed</c> means that the server has closed.
/// Everything else (facts of the world, remarks) is for the reader.
/// </remarks>
public sealed class Transcript
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly List<(char Kind, string Text)> lines = [];

    private Transcript(string text)
    {
        foreach (string line in text.ReplaceLineEndings("\n").Split('\n'))
        {
            string trimmed = line.TrimStart();
            if (trimmed.Length >= 2 && trimmed[1] == ':' && trimmed[0] is 'S' or 'C' or 'R' or 'X')
                lines.Add((trimmed[0], trimmed.Length > 3 ? trimmed[3..] : ""));
        }
    }

    /// <summary>
    /// Plays it three times, each in a house of its own: as a dialogue, all octets at once, and one octet at a time. The answers must be
    /// the same.
    /// </summary>
    /// <param name="text">The transcript.</param>
    /// <param name="house">Builds the world; called once a play.</param>
    /// <param name="afterwards">What must be true at the end of each play.</param>
    public static async Task PlaysAsync(string text, Func<TestServer>? house = null, Action<TestServer>? afterwards = null)
    {
        var transcript = new Transcript(text);
        await PlayAsync("as a dialogue", transcript.PlayTurnByTurnAsync, int.MaxValue);
        await PlayAsync("all at once", transcript.PlayAtOnceAsync, int.MaxValue);
        await PlayAsync("octet by octet", transcript.PlayAtOnceAsync, 1);

        async Task PlayAsync(string manner, Func<MemoryTransport, Task<string>> play, int maxRead)
        {
            using var world = house?.Invoke() ?? new TestServer();
            var transport = new MemoryTransport(maxRead);
            var running = world.Open(transport).RunAsync();
            string said = await play(transport).WaitAsync(Patience);
            await running.WaitAsync(Patience);
            transcript.Compare(said, manner);
            NoFault(world);
            afterwards?.Invoke(world);
        }
    }

    /// <summary>Plays it only as a dialogue: for conversations that depend on their turns.</summary>
    public static async Task PlaysInTurnAsync(string text, TestServer world)
    {
        var transcript = new Transcript(text);
        var transport = new MemoryTransport();
        var running = world.Open(transport).RunAsync();
        string said = await transcript.PlayTurnByTurnAsync(transport).WaitAsync(Patience);
        await running.WaitAsync(Patience);
        transcript.Compare(said, "as a dialogue");
        NoFault(world);
    }

    private static void NoFault(TestServer world)
    {
        Assert.DoesNotContain(world.Journal.Events, happened =>
            happened.Detail?.ToString().Contains("a fault of ours", StringComparison.Ordinal) == true);
        Assert.Equal(0, world.Store.OpenDrafts);
    }

    private async Task<string> PlayTurnByTurnAsync(MemoryTransport transport)
    {
        var reader = new StreamReader(transport.Client, Encoding.UTF8);
        var said = new StringBuilder();
        foreach (var (kind, text) in lines)
        {
            if (kind is 'C' or 'R')
                await transport.Client.WriteAsync(Octets(kind, text));
            else if (kind == 'S' && !await ExpectAsync(reader, said, text))
                break;
        }

        transport.HangUp();
        said.Append(await reader.ReadToEndAsync());
        return said.ToString();
    }

    /// <summary>Reads as many lines as the next expectation needs.</summary>
    private static async Task<bool> ExpectAsync(StreamReader reader, StringBuilder said, string expected)
    {
        bool many = expected.EndsWith("-*", StringComparison.Ordinal);
        while (await reader.ReadLineAsync() is { } line)
        {
            said.Append(line).Append("\r\n");
            if (!many || (line.Length > 3 && line[3] == ' '))
                return true;
        }

        return false;
    }

    private async Task<string> PlayAtOnceAsync(MemoryTransport transport)
    {
        byte[] all = [.. lines.Where(line => line.Kind is 'C' or 'R').SelectMany(line => Octets(line.Kind, line.Text))];
        await transport.Client.WriteAsync(all);
        transport.HangUp();
        return await new StreamReader(transport.Client, Encoding.UTF8).ReadToEndAsync();
    }

    private void Compare(string said, string manner)
    {
        var heard = new Queue<string>(said.Split("\r\n")[..^1]);
        var report = new StringBuilder();
        bool right = said.Length == 0 || said.EndsWith("\r\n", StringComparison.Ordinal);
        foreach (var (kind, text) in lines)
        {
            if (kind != 'S')
            {
                report.Append($"   {kind}: {text}\n");
                continue;
            }

            string actual = Take(heard, text);
            bool same = actual == text || Matches(actual, text);
            right &= same;
            report.Append(same ? $"   S: {text}\n" : $">> S: {actual}\n   expected: {text}\n");
        }

        right &= heard.Count == 0;
        foreach (string more in heard)
            report.Append($">> S: {more}\n   expected: nothing more\n");
        Assert.True(right, $"played {manner}:\n{report}");
    }

    private static bool Matches(string actual, string expected)
    {
        int any = expected.IndexOf("{any}", StringComparison.Ordinal);
        return any >= 0
            && actual.Length >= expected.Length - 5
            && actual.StartsWith(expected[..any], StringComparison.Ordinal)
            && actual.EndsWith(expected[(any + 5)..], StringComparison.Ordinal);
    }

    private static string Take(Queue<string> heard, string expected)
    {
        if (!expected.EndsWith("-*", StringComparison.Ordinal))
            return heard.TryDequeue(out string? line) ? line : "(nothing)";
        while (heard.TryDequeue(out string? line))
        {
            if (!line.StartsWith(expected[..^2], StringComparison.Ordinal))
                return line;
            if (line[3] == ' ')
                return expected;
        }

        return "(nothing)";
    }

    public static byte[] Octets(char kind, string text) =>
        kind == 'C' ? [.. Encoding.UTF8.GetBytes(text), (byte)'\r', (byte)'\n'] : Unescape(text);

    private static byte[] Unescape(string text)
    {
        var octets = new List<byte>();
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\')
            {
                octets.AddRange(Encoding.UTF8.GetBytes(text[i].ToString()));
                continue;
            }

            i++;
            octets.Add(text[i] switch
            {
                'r' => (byte)'\r',
                'n' => (byte)'\n',
                't' => (byte)'\t',
                '0' => (byte)0,
                'x' => Convert.ToByte(text.Substring((i += 2) - 1, 2), 16),
                var other => (byte)other,
            });
        }

        return [.. octets];
    }
}
