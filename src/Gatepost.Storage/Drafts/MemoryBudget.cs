namespace Gatepost.Storage.Drafts;

/// <summary>Memory shared by all messages that are arriving.</summary>
internal sealed class MemoryBudget(long octets)
{
    private long taken;

    public bool TryTake(int more)
    {
        if (Interlocked.Add(ref taken, more) <= octets)
            return true;
        Interlocked.Add(ref taken, -more);
        return false;
    }

    public void Give(int back) => Interlocked.Add(ref taken, -back);
}
