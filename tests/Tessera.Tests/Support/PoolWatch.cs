using System.Buffers;
using System.Diagnostics.Tracing;

namespace Tessera.Tests.Support;

/// <summary>
/// Counts the arrays that some work rents from the shared pools and does not give back, on whatever threads it runs: the pools tell of each array, and the flow
/// of the work says whose it is.
/// </summary>
internal sealed class PoolWatch
{
    private static readonly AsyncLocal<PoolWatch?> Current = new();
    private static readonly Listener PoolEvents = new();

    private int _out;
    private int _rented;

    /// <summary>Fails if work does not give back what it rents, however it ends.</summary>
    /// <param name="work">The work.</param>
    /// <returns>How it failed, or null.</returns>
    public static async Task<Exception?> Run(Func<Task> work)
    {
        GC.KeepAlive(PoolEvents);
        var watch = new PoolWatch();
        Current.Value = watch;

        // One for sure, so that a watch to which nothing is told is noticed.
        ArrayPool<byte>.Shared.Return(ArrayPool<byte>.Shared.Rent(1));
        Exception? failure = await Record.ExceptionAsync(work);
        Current.Value = null;
        Assert.True(Volatile.Read(ref watch._rented) > 0, "The pools tell of nothing.");
        Assert.True(Volatile.Read(ref watch._out) == 0, $"{watch._out} of {watch._rented} arrays were not given back after {failure?.Message ?? "success"}");
        return failure;
    }

    private sealed class Listener : EventListener
    {
        private const int Rented = 1, Returned = 3;

        protected override void OnEventSourceCreated(EventSource eventSource)
        {
            if (eventSource.Name == "System.Buffers.ArrayPoolEventSource")
                EnableEvents(eventSource, EventLevel.Verbose);
        }

        protected override void OnEventWritten(EventWrittenEventArgs eventData)
        {
            if (Current.Value is not { } watch)
                return;
            if (eventData.EventId == Rented)
            {
                Interlocked.Increment(ref watch._rented);
                Interlocked.Increment(ref watch._out);
            }
            else if (eventData.EventId == Returned)
            {
                Interlocked.Decrement(ref watch._out);
            }
        }
    }
}
