using System.Collections.Concurrent;
using System.Collections.Immutable;
using Tessera.Cli.Imaging;
using Tessera.Container;

namespace Tessera.Cli.Viewing;

/// <summary>The segments of one image, decoded when they are needed.</summary>
internal sealed class SegmentStore : IDisposable
{
    private readonly int _image;
    private readonly TesseraSegmentReader _reader;
    private readonly DisplayFormat _format;
    private readonly ViewerResources _resources;
    private readonly BandBuffers _buffers;
    private readonly ConcurrentDictionary<long, IndexEntry> _lost = new();

    /// <param name="image">The image's number among those that share the cache.</param>
    /// <param name="reader">The file. It stays the caller's.</param>
    /// <param name="format">How samples are shown.</param>
    /// <param name="resources">The cache.</param>
    public SegmentStore(int image, TesseraSegmentReader reader, DisplayFormat format, ViewerResources resources)
    {
        _image = image;
        _reader = reader;
        _format = format;
        _resources = resources;
        _buffers = new(reader.Grid, reader.Info.Format.Channels);
    }

    /// <summary>Segments that were found to be damaged. Their samples are 0.</summary>
    public ImmutableArray<IndexEntry> Lost => [.. _lost.Values.OrderBy(s => s.Offset)];

    /// <summary>Reads an area of one frame.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="area">The area.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Its pixels.</returns>
    public async Task<PixelBlock> ReadAsync(int frame, PixelRectangle area, CancellationToken cancellationToken)
    {
        byte[] pixels = new byte[checked((int)area.Area * _format.Channels)];
        Task<DecodedSegment>[] segments = [.. Find(frame, area).Select(entry => GetAsync(entry, evicts: true, cancellationToken))];
        foreach (Task<DecodedSegment> segment in segments)
            (await segment.WaitAsync(cancellationToken)).CopyTo(area, _format, pixels);
        return new(pixels, area.Width, area.Height);
    }

    /// <summary>Gives a segment.</summary>
    /// <param name="entry">Which.</param>
    /// <param name="evicts">Whether others make room for it in the cache.</param>
    /// <param name="cancellationToken">Ends the decoding.</param>
    public Task<DecodedSegment> GetAsync(IndexEntry entry, bool evicts, CancellationToken cancellationToken) => _resources.Cache.GetAsync(
        new(_image, entry.Offset), DecodedSegment.SizeOf(entry, _reader.Grid), evicts, () => Task.Run(() => DecodeAsync(entry, cancellationToken), cancellationToken));

    /// <inheritdoc/>
    public void Dispose() => _buffers.Dispose();

    /// <summary>The segments that hold an area, each once.</summary>
    private IEnumerable<IndexEntry> Find(int frame, PixelRectangle area)
    {
        TileGrid grid = _reader.Grid;
        int firstColumn = area.X / grid.TileSize, columns = ((area.Right - 1) / grid.TileSize) - firstColumn + 1;
        return Enumerable.Range(area.Y / grid.TileSize, ((area.Bottom - 1) / grid.TileSize) - (area.Y / grid.TileSize) + 1)
            .SelectMany(row => _reader.Index.FindSegments((frame * grid.TilesPerFrame) + ((long)row * grid.Columns) + firstColumn, columns))
            .DistinctBy(entry => entry.Offset);
    }

    private async Task<DecodedSegment> DecodeAsync(IndexEntry entry, CancellationToken cancellationToken)
    {
        await _resources.Decoding.WaitAsync(cancellationToken);
        PlanarBuffer band = _buffers.Rent(_reader.Grid.BandOf(entry.FirstTile));
        try
        {
            await _reader.DecodeAsync(entry, band, cancellationToken);
            return DecodedSegment.Of(entry, _reader.Grid, band, _format);
        }
        catch (TesseraFormatException)
        {
            // A viewer shows what is whole, and says what is not.
            _lost[entry.Offset] = entry;
            return DecodedSegment.Lost(entry, _reader.Grid);
        }
        finally
        {
            _buffers.Return(band);
            _resources.Decoding.Release();
        }
    }
}
