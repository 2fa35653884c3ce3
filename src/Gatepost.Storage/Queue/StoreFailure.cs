using Gatepost.Smtp;

namespace Gatepost.Storage.Queue;

/// <summary>What callers of the queue get when the store cannot write.</summary>
internal static class StoreFailure
{
    public static IOException From(StoreOutcome outcome, Exception cause) =>
        new(outcome == StoreOutcome.Full ? $"no room in the store: {cause.Message}" : $"the store is broken: {cause.Message}", cause);
}
