using Gatepost.Explain;
using Gatepost.Explain.Observations;
using Gatepost.Files;

namespace Gatepost.Commands.Answers;

/// <summary>Everything that the arguments mean, one document after the other: texts, files, folders, Maildirs, standard input.</summary>
internal sealed class DocumentSource(Explainer explainer, Stream input)
{
    /// <summary>Standard input is read whole; more than this is a mailbox and belongs into a file.</summary>
    private const int MostInput = 64 * 1024 * 1024;

    /// <summary>So much of it is read to see whether it is a log.</summary>
    private const int HeadOfInput = 64 * 1024;

    /// <summary>A mailbox is read in pieces of this size, which is also the longest message read in it.</summary>
    private const int MailboxPiece = 32 * 1024 * 1024;

    /// <summary>Of files above this the beginning is tried first.</summary>
    private const int HeadOfLarge = 320 * 1024;

    /// <summary>How many files could not be read.</summary>
    public int Failures { get; private set; }

    /// <summary>Answers in the order of the arguments; each document is read when it is asked for.</summary>
    public IEnumerable<DocumentReport> Read(IReadOnlyList<string> arguments)
    {
        if (arguments.Count == 0)
            arguments = ["-"];
        if (arguments.Count > 1 && !arguments.Any(IsPlace))
            arguments = arguments.All(IsCode) ? arguments : [string.Join(' ', arguments)];

        foreach (string argument in arguments)
        {
            var documents = argument == "-" ? ReadInput()
                : Directory.Exists(argument) ? ReadFolder(argument)
                : File.Exists(argument) || LooksLikePath(argument) ? ReadFile(argument)
                : [explainer.Read(argument)];
            foreach (var document in documents)
                yield return document;
        }
    }

    private IEnumerable<DocumentReport> ReadInput()
    {
        byte[] head = new byte[HeadOfInput];
        head = head[..input.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)];
        var logs = new LogBlocks(explainer);
        return LogsInBlocks && logs.LinesOf(head, input) is { } lines ? logs.Read(lines, null) : ReadInput(new HeadedStream(head, input));
    }

    private IEnumerable<DocumentReport> ReadInput(HeadedStream all)
    {
        using var buffer = new MemoryStream();
        byte[] chunk = new byte[64 * 1024];
        int read;
        while ((read = all.Read(chunk)) > 0 && buffer.Length < MostInput)
            buffer.Write(chunk, 0, read);
        foreach (var document in explainer.ReadAll(buffer.GetBuffer().AsMemory(0, (int)buffer.Length)))
            yield return document;
    }

    /// <summary>Files in the order of their names, folders inside too; a Maildir's messages are in <c>new</c> and <c>cur</c>.</summary>
    private IEnumerable<DocumentReport> ReadFolder(string folder)
    {
        bool maildir = Directory.Exists(Path.Combine(folder, "cur")) && Directory.Exists(Path.Combine(folder, "new"));
        string[] places = maildir ? [Path.Combine(folder, "new"), Path.Combine(folder, "cur")] : [folder];
        foreach (string place in places)
        {
            var (files, folders, failure) = List(place, deep: !maildir);
            if (failure is not null)
            {
                yield return failure;
                continue;
            }

            Array.Sort(files, StringComparer.Ordinal);
            Array.Sort(folders, StringComparer.Ordinal);
            foreach (string file in files)
                if (!Path.GetFileName(file).StartsWith('.'))
                    foreach (var document in ReadFile(file))
                        yield return document;
            foreach (string inner in folders)
                if (!Path.GetFileName(inner).StartsWith('.') && new DirectoryInfo(inner).LinkTarget is null)
                    foreach (var document in ReadFolder(inner))
                        yield return document;
        }
    }

    private (string[] Files, string[] Folders, DocumentReport? Failure) List(string folder, bool deep)
    {
        try
        {
            return (Directory.GetFiles(folder), deep ? Directory.GetDirectories(folder) : [], null);
        }
        catch (Exception trouble) when (Disk.IsFailure(trouble))
        {
            return ([], [], Fail(folder, trouble));
        }
    }

    /// <summary>Logs are read block by block, and are not limited in length: for a summary, which needs no document as a whole.</summary>
    public bool LogsInBlocks { get; init; }

    private IEnumerable<DocumentReport> ReadFile(string file) =>
        LogsInBlocks && LogLines(file) is { } lines ? new LogBlocks(explainer).Read(lines, file) : ReadWhole(file);

    private IEnumerable<string>? LogLines(string file)
    {
        try
        {
            return new LogBlocks(explainer).LinesOf(file);
        }
        catch (Exception trouble) when (Disk.IsFailure(trouble))
        {
            // Read like any file, so that the reason why it cannot be read is reported.
            return null;
        }
    }

    private IEnumerable<DocumentReport> ReadWhole(string file)
    {
        FileStream? stream = null;
        DocumentReport? failure = null;
        try
        {
            stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1);
        }
        catch (Exception trouble) when (Disk.IsFailure(trouble))
        {
            failure = Fail(file, trouble);
        }

        if (stream is null)
        {
            yield return failure!;
            yield break;
        }

        using (stream)
        {
            var pieces = new FilePieces(stream, MailboxPiece);
            if (ReadHead(pieces, file) is { } enough)
            {
                yield return enough;
                yield break;
            }

            int number = 0;
            while (true)
            {
                ReadOnlyMemory<byte> piece = default;
                try
                {
                    piece = pieces.Next();
                }
                catch (IOException trouble)
                {
                    failure = Fail(file, trouble);
                }

                if (failure is not null)
                    yield return failure;
                if (failure is not null || (piece.IsEmpty && number > 0))
                    yield break;
                int before = number;
                foreach (var document in explainer.ReadAll(piece, file))
                {
                    number++;
                    yield return pieces.Count > 1 || before > 0 ? document with { Message = number } : document;
                }

                if (piece.IsEmpty || number == before)
                    yield break;
            }
        }
    }

    private DocumentReport? ReadHead(FilePieces pieces, string file)
    {
        try
        {
            return pieces.Head(HeadOfLarge) is { IsEmpty: false } head ? explainer.ReadHead(head, file) : null;
        }
        catch (IOException)
        {
            // The next read meets the same failure and reports it.
            return null;
        }
    }

    private DocumentReport Fail(string file, Exception trouble)
    {
        Failures++;
        string why = trouble is FileNotFoundException or DirectoryNotFoundException ? "no such file"
            : trouble is UnauthorizedAccessException ? "may not be read" : trouble.Message;
        return new DocumentReport(file, DocumentKind.Unknown, []) { Error = why };
    }

    private static bool IsPlace(string argument) =>
        argument == "-" || File.Exists(argument) || Directory.Exists(argument) || LooksLikePath(argument);

    /// <summary>Meant as a file though there is none: better to say so than to explain the name.</summary>
    private static bool LooksLikePath(string argument) =>
        !argument.Contains(' ') && !argument.Contains('@') && argument.Length < 4096
        && (argument.Contains('/') || argument.EndsWith(".eml", StringComparison.OrdinalIgnoreCase)
            || argument.EndsWith(".mbox", StringComparison.OrdinalIgnoreCase)
            || argument.EndsWith(".log", StringComparison.OrdinalIgnoreCase)
            || argument.EndsWith(".txt", StringComparison.OrdinalIgnoreCase));

    private static bool IsCode(string argument) =>
        argument.Length is >= 3 and <= 9 && argument.All(c => char.IsAsciiDigit(c) || c == '.') && !argument.Contains('.');
}
