using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.MailAuth.Srs;

/// <summary>What an address of the form SRS0 or SRS1 turned out to be.</summary>
/// <param name="Sender">The address it was made of; null for one that cannot be undone.</param>
/// <param name="Fault">Why it cannot be undone; null otherwise.</param>
/// <param name="IsExpired">Whether that is only its age; a forged time looks the same.</param>
public sealed record SrsReading(Mailbox? Sender, Finding? Fault, bool IsExpired = false);
