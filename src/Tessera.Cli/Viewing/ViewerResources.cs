namespace Tessera.Cli.Viewing;

/// <summary>What the images of one viewer share.</summary>
/// <param name="cacheBytes">The most bytes of decoded segments that are kept.</param>
/// <param name="overviewBytes">The most bytes that the overviews of all images take together.</param>
/// <param name="threads">How many segments are decoded at once; 0 for as many as there are processors.</param>
internal sealed class ViewerResources(long cacheBytes, long overviewBytes, int threads)
{
    /// <summary>Bytes that are kept of decoded segments unless something else is asked for.</summary>
    public const long DefaultCacheBytes = 96L << 20;

    /// <summary>Bytes that overviews take unless something else is asked for.</summary>
    public const long DefaultOverviewBytes = 64L << 20;

    /// <summary>How many tiles are made at once: each holds the segments that it needs.</summary>
    private const int TilesAtOnce = 4;

    /// <summary>Decoded segments.</summary>
    public SegmentCache Cache { get; } = new(cacheBytes);

    /// <summary>Bytes for all overviews.</summary>
    public long OverviewBytes => overviewBytes;

    /// <summary>How many segments are decoded at once.</summary>
    public int Threads { get; } = threads == 0 ? Environment.ProcessorCount : threads;

    /// <summary>Tiles before overviews.</summary>
    public WorkGate Gate { get; } = new();

    /// <summary>Entered while a tile is made.</summary>
    public SemaphoreSlim Tiles { get; } = new(TilesAtOnce);

    /// <summary>Entered while a segment is decoded.</summary>
    public SemaphoreSlim Decoding { get; } = new(threads == 0 ? Environment.ProcessorCount : threads);
}
