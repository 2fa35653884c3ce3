using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Storage.Journal;

/// <summary>Which event of a session belongs to which of its messages.</summary>
internal static class Transactions
{
    /// <summary>The number of each event's transaction, from 1; 0 for what concerns the whole session.</summary>
    /// <param name="session">Its events in order of time.</param>
    public static int[] Of(IReadOnlyList<JournalEvent> session)
    {
        int[] numbers = new int[session.Count];
        int current = 0;
        bool opening = false;
        for (int i = 0; i < session.Count; i++)
        {
            var record = session[i];
            bool ofMail = record.Stage == Stage.MailFrom || record.Command?.StartsWith("MAIL", StringComparison.OrdinalIgnoreCase) == true;
            if (ofMail && !opening)
                current++;
            // The gate's verdict on MAIL comes before the reply to it; both are of one transaction.
            opening = ofMail && record.Kind == JournalKind.Verdict;
            bool ofSession = record.Kind is JournalKind.Connected or JournalKind.Tls or JournalKind.Closed
                || record.Command?.StartsWith("QUIT", StringComparison.OrdinalIgnoreCase) == true;
            numbers[i] = ofSession ? 0 : current;
        }

        return numbers;
    }
}
