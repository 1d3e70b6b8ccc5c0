using System.Collections.Immutable;
using Tessera.Cli.Display;
using Tessera.Cli.Files;
using Tessera.Cli.Imaging;
using Tessera.Container;

namespace Tessera.Cli.Viewing;

/// <summary>
/// One frame of a file that is looked at. Tiles of lower levels come from the segments that hold them, those of higher levels from an overview,
/// which is begun when somebody looks at the image for the first time.
/// </summary>
internal sealed class ViewedImage : IAsyncDisposable
{
    /// <summary>The last level whose tiles are made of segments, as long as the overview does not have them.</summary>
    private const int LastSegmentLevel = 2;

    private readonly string _path;
    private readonly int _frame;
    private readonly Stream _stream;
    private readonly TesseraSegmentReader _reader;
    private readonly DisplayFormat _format;
    private readonly TileGeometry _geometry;
    private readonly OverviewPyramid _overview;
    private readonly SegmentStore _store;
    private readonly ViewerResources _resources;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lazy<Task> _building;
    private readonly Lazy<Task<ViewMap>> _map;

    private ViewedImage(string path, int number, int frame, Stream stream, TesseraSegmentReader reader, long overviewBytes, ViewerResources resources, Terminal terminal)
    {
        ImageInfo info = reader.Info;
        _path = path;
        _frame = frame;
        _stream = stream;
        _reader = reader;
        _resources = resources;
        _format = DisplayFormat.Of(info);
        _geometry = new(info.Width, info.Height);
        _overview = new(info.Width, info.Height, _format, overviewBytes);
        _store = new(number, reader, _format, resources);
        var builder = new OverviewBuilder(reader, _store, _format, _overview, resources);
        _building = new(() => _overview.IsNeeded ? Task.Run(() => builder.RunAsync(frame, _stopping.Token)) : Task.CompletedTask);
        _map = new(() => Task.Run(() => ViewMapMaker.MakeAsync(path, frame, terminal, _stopping.Token)));
    }

    /// <summary>The file's name, without its folder.</summary>
    public string Name => Path.GetFileName(_path);

    /// <summary>How the image is cut for the viewer.</summary>
    public TileGeometry Geometry => _geometry;

    /// <summary>Done when the overview is, or has failed.</summary>
    public Task Overview => _building.Value;

    /// <summary>Opens a file: reads its header and its index.</summary>
    /// <param name="path">The file.</param>
    /// <param name="number">Its number in the viewer.</param>
    /// <param name="frame">The frame to look at, from 0.</param>
    /// <param name="models">The models.</param>
    /// <param name="overviewBytes">The most bytes of its overview.</param>
    /// <param name="resources">What the viewer's images share.</param>
    /// <param name="terminal">The standard streams.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="ToolException">There is no such frame.</exception>
    /// <exception cref="TesseraFormatException">Header or index are not whole, or a model is missing.</exception>
    public static async Task<ViewedImage> OpenAsync(
        string path, int number, int frame, ModelRegistry models, long overviewBytes, ViewerResources resources, Terminal terminal, CancellationToken cancellationToken)
    {
        Stream stream = InputFiles.Open(path, terminal);
        try
        {
            TesseraSegmentReader reader = await TesseraSegmentReader.OpenAsync(stream, new() { Registry = models }, cancellationToken);
            return frame < reader.Info.FrameCount
                ? new(path, number, frame, stream, reader, overviewBytes, resources, terminal)
                : throw ToolException.Usage($"There is no frame {frame}: the image has {reader.Info.FrameCount}, counted from 0.");
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    /// <summary>What the page is told of it. Whoever asks looks at the image: the overview is begun.</summary>
    public ViewInfo Describe()
    {
        ImageInfo info = _reader.Info;
        TileGrid grid = _reader.Grid;
        Task building = _building.Value;
        long firstTile = _frame * grid.TilesPerFrame, bytes = _stream.Length;
        return new(
            Name,
            info.Width,
            info.Height,
            _frame,
            info.FrameCount,
            FormatText.Describe(info),
            _format.HasAlpha,
            bytes,
            bytes * 8.0 / ((double)info.PixelCount * info.Format.Channels),
            TileGeometry.TileSize,
            _geometry.Levels,
            new(grid.TileSize, grid.Columns, grid.Rows),
            new(_overview.FirstLevel, _overview.Rows, building.IsCompletedSuccessfully, building.Exception is { } e ? Failure.Of(e.InnerException!).Message : null),
            [.. _store.Lost.Select(s => new ViewInfo.Range(s.FirstTile - firstTile, s.TileCount))]);
    }

    /// <summary>What is known of the codec's tiles.</summary>
    /// <exception cref="ToolException">There are too many.</exception>
    public Task<ViewMap> MapAsync() => _map.Value;

    /// <summary>Makes a tile.</summary>
    /// <param name="level">The level.</param>
    /// <param name="area">The tile's pixels in it.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>A PNG file; with fewer rows if the overview is not so far yet, and null if there is none.</returns>
    public async Task<byte[]?> TileAsync(int level, PixelRectangle area, CancellationToken cancellationToken)
    {
        PixelBlock block;
        if (_overview.Has(level, area) || level > Math.Max(LastSegmentLevel, _overview.FirstLevel - 1))
        {
            block = _overview.Read(level, area);
        }
        else
        {
            await _resources.Tiles.WaitAsync(cancellationToken);
            try
            {
                block = await _resources.Gate.RunFirstAsync(() => ScaleAsync(level, area, cancellationToken));
            }
            finally
            {
                _resources.Tiles.Release();
            }
        }

        return block.Height == 0 ? null : await TilePng.EncodeAsync(block, _format, cancellationToken);
    }

    /// <summary>Ends all work on it and closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _reader.Dispose();
        foreach (Task? work in (Task?[])[_building.IsValueCreated ? _building.Value : null, _map.IsValueCreated ? _map.Value : null])
        {
            if (work is not null)
                await work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        _store.Dispose();
        await _stream.DisposeAsync();
        _stopping.Dispose();
    }

    private async Task<PixelBlock> ScaleAsync(int level, PixelRectangle area, CancellationToken cancellationToken)
    {
        // Decoding outlasts a request that is given up: others may wait for the same segment.
        PixelBlock source = await _store.ReadAsync(_frame, _geometry.ToImage(level, area), _stopping.Token).WaitAsync(cancellationToken);
        int channels = _format.Channels, side = 1 << level;
        byte[] pixels = new byte[area.Width * area.Height * channels];
        var blocks = new BoxRow(source.Width, side, _format);
        for (int y = 0, row = 0; y < source.Height; y++)
        {
            blocks.Add(source.Bytes.AsSpan(y * source.Width * channels, source.Width * channels));
            if (blocks.Rows == side || y == source.Height - 1)
                blocks.Finish(pixels.AsSpan(row++ * area.Width * channels));
        }

        return new(pixels, area.Width, area.Height);
    }
}
