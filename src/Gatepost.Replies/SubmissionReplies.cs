using static Gatepost.Replies.OurReplies;

namespace Gatepost.Replies;

/// <summary>Replies to submission clients about their identity.</summary>
public static class SubmissionReplies
{
    public static ReplyEntry AuthenticationRequired { get; } =
        Entry("authentication-required", 530, "5.7.0", "<{recipient}>: Recipient address rejected: Authentication Required",
            Reason.AuthRequired, source: "RFC 4954 §6");

    public static ReplyEntry AuthenticationRequiredAtMail { get; } = Entry(
        "authentication-required-at-mail", 530, "5.7.0", "Authentication required", Reason.AuthRequired, source: "RFC 4954 §6");

    public static ReplyEntry NotSigned { get; } = Entry(
        "not-signed", 451, "4.7.5", "Error: message could not be signed (DKIM): {why}", Reason.SystemError, source: "RFC 3463 §3.8");

    /// <summary>The message itself is at fault: no retry can succeed.</summary>
    public static ReplyEntry CannotBeSigned { get; } = Entry(
        "cannot-be-signed", 554, "5.6.0", "Error: this message cannot be signed (DKIM): {why}", Reason.MessageMalformed,
        source: "RFC 3463 §3.7; RFC 6376 §5.3");

    public static ReplyEntry WrongPassword { get; } = Entry(
        "wrong-password", 535, "5.7.8", "Authentication credentials invalid", Reason.AuthFailed, source: "RFC 4954 §6");

    public static ReplyEntry AccountDisabled { get; } = Entry(
        "account-disabled", 525, "5.7.13", "User account disabled", Reason.SenderSuspended, source: "RFC 5248 §2.4");

    public static ReplyEntry TooManyGuesses { get; } =
        Entry("too-many-guesses", 454, "4.7.0", "Too many failed authentications; free again at {until}", Reason.RateLimited,
            source: "RFC 4954 §6");

    public static ReplyEntry AuthenticationServiceAway { get; } =
        Entry("authentication-service-away", 454, "4.7.0", "Temporary authentication failure: the password service does not answer",
            Reason.SystemError, source: "RFC 4954 §6");
}
