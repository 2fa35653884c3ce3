using System.Text;
using Gatepost.Explain;
using Gatepost.Explain.Observations;

namespace Gatepost.Commands.Answers;

/// <summary>Reads a log of any length block by block, so that a summary of it needs no more memory than one block.</summary>
internal sealed class LogBlocks(Explainer explainer)
{
    /// <summary>Lines of a block: the lines of one message are within some hundred of each other.</summary>
    private const int Lines = 5000;

    private const int MostCharacters = 4 * 1024 * 1024;

    /// <summary>Is the text a log? Its first lines say so.</summary>
    public bool Recognises(string head) => explainer.Read(head).Kind == DocumentKind.MailLog;

    /// <summary>One answer for each block of lines.</summary>
    /// <param name="lines">The lines, without their ends.</param>
    /// <param name="file">A name for the answers.</param>
    public IEnumerable<DocumentReport> Read(IEnumerable<string> lines, string? file)
    {
        var block = new StringBuilder();
        int count = 0;
        foreach (string line in lines)
        {
            block.Append(line).Append('\n');
            if (++count < Lines && block.Length < MostCharacters)
                continue;
            yield return explainer.ReadLogPart(Encoding.UTF8.GetBytes(block.ToString()), file);
            block.Clear();
            count = 0;
        }

        if (block.Length > 0)
            yield return explainer.ReadLogPart(Encoding.UTF8.GetBytes(block.ToString()), file);
    }

    /// <summary>The lines of a file; null if they are not a log's.</summary>
    public IEnumerable<string>? LinesOf(string file)
    {
        using var reader = new StreamReader(file);
        return HoldsLog(reader) ? File.ReadLines(file) : null;
    }

    /// <summary>The lines of a stream that is read once; null if they are not a log's.</summary>
    /// <param name="head">What was read of it so far.</param>
    /// <param name="rest">What comes behind.</param>
    public IEnumerable<string>? LinesOf(byte[] head, Stream rest)
    {
        using var reader = new StreamReader(new MemoryStream(head));
        return HoldsLog(reader) ? LinesOf(new HeadedStream(head, rest)) : null;
    }

    private static IEnumerable<string> LinesOf(Stream stream)
    {
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
            yield return line;
    }

    private bool HoldsLog(StreamReader reader)
    {
        var head = new StringBuilder();
        for (int i = 0; i < 30 && head.Length < 32 * 1024 && reader.ReadLine() is { } line; i++)
            head.Append(line).Append('\n');
        return head.Length > 0 && Recognises(head.ToString());
    }
}
