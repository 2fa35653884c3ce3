using Gatepost.Smtp;

namespace Gatepost.Delivery.Queue;

/// <summary>
/// A message of our own (bounce, delay notice, success notice) that must enter the queue in the same commit as what caused it.
/// </summary>
/// <param name="Envelope">Null sender; routes on every recipient.</param>
/// <param name="Octets">The whole message.</param>
/// <param name="About">The queue id it reports on.</param>
public sealed record Notice(Envelope Envelope, ReadOnlyMemory<byte> Octets, string About);
