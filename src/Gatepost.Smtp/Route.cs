namespace Gatepost.Smtp;

/// <summary>One final address of a recipient and the way to it. A recipient that is an alias has several.</summary>
public sealed record Route(Mailbox Address, Destination Destination);
