namespace Gatepost.Replies;

/// <summary>What submission clients hear about who they are.</summary>
public static partial class OurReplies
{
    public static ReplyEntry AuthenticationRequired { get; } = Entry("authentication-required", 530, "5.7.0", "<{recipient}>: Recipient address rejected: Authentication Required", Reason.AuthRequired, source: "RFC 4954 §6");

    public static ReplyEntry AuthenticationRequiredAtMail { get; } = Entry("authentication-required-at-mail", 530, "5.7.0", "Authentication required", Reason.AuthRequired, source: "RFC 4954 §6");

    public static ReplyEntry AccountDisabled { get; } = Entry("account-disabled", 525, "5.7.13", "User account disabled", Reason.SenderSuspended, source: "RFC 5248 §2.4");
}
