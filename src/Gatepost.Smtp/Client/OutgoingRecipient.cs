namespace Gatepost.Smtp.Client;

/// <summary>One recipient to offer.</summary>
/// <param name="Address">Where to.</param>
/// <param name="Notify">Passed on where the peer speaks DSN.</param>
/// <param name="OriginalRecipient">ORCPT in xtext as it came; passed on likewise.</param>
public sealed record OutgoingRecipient(Mailbox Address, DsnNotify Notify = DsnNotify.Unspecified, string? OriginalRecipient = null);
