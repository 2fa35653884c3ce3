using Gatepost.Storage.Bodies;
using Gatepost.Storage.Sqlite;

namespace Gatepost.Storage.Queue;

/// <summary>
/// Looks at the files of the queue before they are opened: SQLite takes a damaged or missing log for an empty one, and mail that was
/// acknowledged would be gone without a word.
/// </summary>
internal sealed class QueueInspection
{
    private readonly List<string> problems = [];

    private QueueInspection()
    {
    }

    /// <summary>What is wrong, each with the file's name; empty if nothing is.</summary>
    public IReadOnlyList<string> Problems => problems;

    /// <summary>Inspects, and copies what is damaged before SQLite can write over it.</summary>
    /// <param name="database">queue.db</param>
    /// <param name="running">A file that is there while a server runs, so that its presence now means a crash.</param>
    /// <exception cref="IOException">A file cannot be read or copied.</exception>
    public static QueueInspection Look(string database, string running, IEnumerable<string> bodies, AsideFolder aside)
    {
        var found = new QueueInspection();
        string log = database + "-wal";
        bool crashed = File.Exists(running);
        bool isThere = File.Exists(database) && new FileInfo(database).Length > 0;
        if (!isThere && (crashed || bodies.Any(folder => Directory.Exists(folder) && Directory.EnumerateFiles(
            folder, "*", SearchOption.AllDirectories).Any())))
            found.problems.Add($"{database} is missing or empty, although there is mail beside it");
        else if (isThere && crashed && !File.Exists(log))
            found.problems.Add($"{log} is missing, although the server was not stopped in order");

        // One commit may have been under way when the power went; it was not acknowledged then.
        if (WriteAheadLog.LostCommits(log) is > 1 and var lost)
            found.problems.Add($"{log} is damaged: {lost} commits behind the damage cannot be read");
        if (found.problems.Count > 0)
        {
            foreach (string file in (ReadOnlySpan<string>)[database, log])
            {
                if (File.Exists(file))
                    aside.Copy(file);
            }
        }

        return found;
    }

    /// <summary>After opening: files of a later start than the queue knows show that it was replaced by an older one.</summary>
    /// <param name="known">The number of this start by the queue alone.</param>
    /// <param name="generation">And by the files.</param>
    public void Compare(long known, long generation, string database)
    {
        if (generation > known)
            problems.Add($"{database} is older than the files beside it: it knows {known - 1} starts of the server, they {generation - 1}");
    }
}
