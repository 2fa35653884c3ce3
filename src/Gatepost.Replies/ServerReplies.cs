using static Gatepost.Replies.OurReplies;

namespace Gatepost.Replies;

/// <summary>Faults of our own that rules meet.</summary>
public static class ServerReplies
{
    public static ReplyEntry ConfigurationProblem { get; } = Entry(
        "configuration-problem", 451, "4.3.5", "Server configuration problem - try again later", Reason.ConfigurationError);

    public static ReplyEntry DirectoryUnavailable { get; } = Entry(
        "directory-unavailable", 451, "4.3.0", "Error: the directory of mailboxes does not answer - try again later", Reason.SystemError);

    public static ReplyEntry FilterUnavailable { get; } = Entry(
        "filter-unavailable", 451, "4.7.1", "Service unavailable - try again later", Reason.SystemError);
}
