using Gatepost.Replies;

namespace Gatepost.Sendmail;

/// <summary>The message on standard input cannot be sent.</summary>
internal sealed class UnusableMessageException(Finding why) : Exception(why.ToString())
{
    public Finding Why { get; } = why;
}
