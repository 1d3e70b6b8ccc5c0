namespace Tessera.Models;

/// <summary>What is allocated once everything is warm.</summary>
internal static class Allocation
{
    /// <summary>The bytes that an action allocates on this thread the second time, since pools keep what the first time gave them.</summary>
    public static long Of(Action action)
    {
        action();
        long before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
