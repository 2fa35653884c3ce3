using Gatepost.Replies;

namespace Gatepost.Policy.Scanners.Milter;

/// <summary>What is being waited for.</summary>
internal enum MilterPhase
{
    /// <summary>Connecting and agreeing on the protocol.</summary>
    Agree,

    /// <summary>The answer to one step of the conversation.</summary>
    Step,

    /// <summary>The verdict, or a sign of progress.</summary>
    End,
}

/// <summary>How long a filter may take over each phase. All phases together are bounded by the scanner's own time-out.</summary>
internal sealed class MilterTimeouts(TimeSpan whole, TimeProvider time)
{
    private static readonly TimeSpan LongestAgreement = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestStep = TimeSpan.FromSeconds(30);

    public TimeSpan For(MilterPhase phase) => phase switch
    {
        MilterPhase.Agree => whole < LongestAgreement ? whole : LongestAgreement,
        MilterPhase.Step => whole < LongestStep ? whole : LongestStep,
        _ => whole,
    };

    /// <exception cref="FilterException">It took too long.</exception>
    public async ValueTask<(byte Answer, ReadOnlyMemory<byte> Data)> WaitAsync(MilterWire wire, MilterPhase phase, CancellationToken cancel)
    {
        using var limit = new CancellationTokenSource(For(phase), time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);
        try
        {
            return await wire.ReadAsync(both.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new FilterException(OurEvidence.MilterNoAnswer.Say(For(phase), phase.ToString().ToLowerInvariant()));
        }
    }
}
