using Gatepost.Smtp;

namespace Gatepost.Storage.Journal;

/// <summary>Writes to several journals.</summary>
public sealed class JournalTee(params IReadOnlyList<IJournal> journals) : IJournal
{
    public bool IsHalfFull
    {
        get
        {
            for (int i = 0; i < journals.Count; i++)
            {
                if (journals[i].IsHalfFull)
                    return true;
            }

            return false;
        }
    }

    public void Record(JournalEvent happened)
    {
        for (int i = 0; i < journals.Count; i++)
            journals[i].Record(happened);
    }
}
