namespace Tessera.Cli.Viewing;

/// <summary>
/// Keeps decoded segments up to a number of bytes, and lets go first what was not asked for the longest. Who asks for a segment that is just
/// being decoded waits for it. Any thread may ask.
/// </summary>
/// <param name="capacity">The most bytes of segments that are kept, those being decoded included.</param>
internal sealed class SegmentCache(long capacity)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Key, LinkedListNode<Entry>> _entries = [];

    // The first was asked for last.
    private readonly LinkedList<Entry> _order = [];
    private long _bytes;

    /// <summary>Bytes of the segments that are kept.</summary>
    public long Bytes
    {
        get
        {
            lock (_lock)
                return _bytes;
        }
    }

    /// <summary>Gives a segment.</summary>
    /// <param name="key">Which.</param>
    /// <param name="size">Its bytes.</param>
    /// <param name="evicts">Whether others make room for it; otherwise it is kept only if there is room.</param>
    /// <param name="decode">Begins to decode it, and does not block.</param>
    public Task<DecodedSegment> GetAsync(Key key, long size, bool evicts, Func<Task<DecodedSegment>> decode)
    {
        lock (_lock)
        {
            if (_entries.TryGetValue(key, out LinkedListNode<Entry>? found))
            {
                _order.Remove(found);
                _order.AddFirst(found);
                return found.Value.Segment;
            }

            Task<DecodedSegment> segment = decode();
            if (size > capacity || (!evicts && _bytes + size > capacity))
                return segment;
            while (_bytes + size > capacity)
                Remove(_order.Last!);
            _bytes += size;
            _entries.Add(key, _order.AddFirst(new Entry(key, size, segment)));
            segment.ContinueWith(_ => Forget(key, segment), CancellationToken.None, TaskContinuationOptions.NotOnRanToCompletion, TaskScheduler.Default);
            return segment;
        }
    }

    /// <summary>What failed is tried again when it is asked for again.</summary>
    private void Forget(Key key, Task<DecodedSegment> segment)
    {
        lock (_lock)
        {
            if (_entries.TryGetValue(key, out LinkedListNode<Entry>? found) && found.Value.Segment == segment)
                Remove(found);
        }
    }

    private void Remove(LinkedListNode<Entry> entry)
    {
        _order.Remove(entry);
        _entries.Remove(entry.Value.Key);
        _bytes -= entry.Value.Size;
    }

    /// <summary>Names a segment.</summary>
    /// <param name="Image">The image's number.</param>
    /// <param name="Offset">The segment's place in its file.</param>
    public readonly record struct Key(int Image, long Offset);

    private sealed record Entry(Key Key, long Size, Task<DecodedSegment> Segment);
}
