using Gatepost.Replies;

namespace Gatepost.Delivery.Queue;

/// <summary>The last word about a recipient, as the queue row keeps it.</summary>
/// <param name="EntryId">The catalogue entry it was recognised as.</param>
/// <param name="Code">As said; 100 to 199 for conditions.</param>
/// <param name="Status">As said; null if none.</param>
/// <param name="Text">As said, lines separated by <c>\n</c>, harmless.</param>
/// <param name="Host">Who said it: <c>mx.example.org</c>; null if no host was reached.</param>
/// <param name="Address">The IP address tried; null if none.</param>
/// <param name="Stage">What it answered.</param>
public sealed record LastReply(string EntryId, int Code, string? Status, string Text, string? Host, string? Address, Stage Stage);
