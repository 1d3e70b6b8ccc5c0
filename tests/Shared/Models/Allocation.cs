namespace Tessera.Models;

/// <summary>What is allocated once everything is warm.</summary>
internal static class Allocation
{
    private const int Attempts = 5;

    /// <summary>
    /// The bytes that an action allocates on this thread after the first time, since pools keep what that gave them; the least of several times, since a
    /// collection that other tests bring about may empty the pools in between.
    /// </summary>
    public static long Of(Action action)
    {
        action();
        long least = long.MaxValue;
        for (int i = 0; i < Attempts; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            action();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
