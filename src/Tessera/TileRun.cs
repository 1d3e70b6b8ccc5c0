using System.Collections.Immutable;

namespace Tessera;

/// <summary>
/// Consecutive tiles of one band with their samples: what a model codes at once. A model may treat it as single tiles or as the
/// few larger rectangles that they make (<see cref="Regions"/>).
/// </summary>
public sealed class TileRun
{
    private readonly PlanarBuffer _band;
    private readonly int _firstChannel;
    private readonly CancellationToken _cancellationToken;

    /// <summary>Describes a run.</summary>
    /// <param name="grid">How the image is cut.</param>
    /// <param name="format">What a pixel of the image is made of.</param>
    /// <param name="band">The samples of the run's band.</param>
    /// <param name="firstTile">The number of the run's first tile.</param>
    /// <param name="tileCount">Tiles in the run, at least 1, all in one band.</param>
    /// <param name="firstChannel">The first channel to code.</param>
    /// <param name="channelCount">How many channels to code.</param>
    /// <param name="cancellationToken">Ends the coding: see <see cref="Row"/>.</param>
    /// <exception cref="ArgumentException">The run leaves its band, or the image's channels.</exception>
    public TileRun(
        TileGrid grid, SampleFormat format, PlanarBuffer band, long firstTile, int tileCount, int firstChannel, int channelCount,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(grid);
        ArgumentNullException.ThrowIfNull(band);
        if (tileCount < 1 || grid.BandOf(firstTile) != grid.BandOf(checked(firstTile + tileCount - 1)))
            throw new ArgumentException($"Tiles {firstTile} to {firstTile + tileCount - 1} do not lie in one band.");
        if (firstChannel < 0 || channelCount < 1 || firstChannel + channelCount > format.Channels)
            throw new ArgumentException($"Channels {firstChannel} to {firstChannel + channelCount - 1} are not of {format.Channels}.");
        Format = format;
        ChannelCount = channelCount;
        _band = band;
        _firstChannel = firstChannel;
        _cancellationToken = cancellationToken;

        int top = grid.BandBounds(grid.BandOf(firstTile)).Y;
        var tiles = ImmutableArray.CreateBuilder<PixelRectangle>(tileCount);
        for (long tile = firstTile; tile < firstTile + tileCount; tile++)
        {
            PixelRectangle bounds = grid.TileBounds(tile);
            tiles.Add(bounds with { Y = bounds.Y - top });
        }

        Tiles = tiles.MoveToImmutable();
        Regions = MergeRegions(Tiles);
    }

    /// <summary>What a pixel of the image is made of.</summary>
    public SampleFormat Format { get; }

    /// <summary>How many channels are to be coded; <see cref="Row"/> counts from the first of them.</summary>
    public int ChannelCount { get; }

    /// <summary>Whether the last of the coded channels is alpha.</summary>
    public bool HasAlpha => Format.Alpha != AlphaKind.None && _firstChannel + ChannelCount == Format.Channels;

    /// <summary>The tiles in coding order, in coordinates of the band.</summary>
    public ImmutableArray<PixelRectangle> Tiles { get; }

    /// <summary>
    /// The same pixels as rectangles as large as possible: tiles side by side are joined, then full rows of the same columns that
    /// lie below each other. At most three, in coding order, in coordinates of the band.
    /// </summary>
    public ImmutableArray<PixelRectangle> Regions { get; }

    /// <summary>Pixels of all tiles together.</summary>
    public long PixelCount => Regions.Sum(region => region.Area);

    /// <summary>
    /// Part of one row of samples. This is where coding ends when it is cancelled: a model that takes each row when it needs it, and
    /// lets the exception pass, stops within a row and need not know of tokens.
    /// </summary>
    /// <param name="channel">The channel, 0 to <see cref="ChannelCount"/> - 1.</param>
    /// <param name="region">One of <see cref="Tiles"/> or <see cref="Regions"/>.</param>
    /// <param name="y">The row within the region.</param>
    /// <returns>As many samples as the region is wide.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such channel or row.</exception>
    /// <exception cref="OperationCanceledException">The coding was cancelled.</exception>
    public Span<ushort> Row(int channel, PixelRectangle region, int y)
    {
        _cancellationToken.ThrowIfCancellationRequested();
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)channel, (uint)ChannelCount, nameof(channel));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)y, (uint)region.Height, nameof(y));
        return _band.Row(_firstChannel + channel, region.Y + y).Slice(region.X, region.Width);
    }

    private static ImmutableArray<PixelRectangle> MergeRegions(ImmutableArray<PixelRectangle> tiles)
    {
        var regions = new List<PixelRectangle>();
        foreach (PixelRectangle tile in tiles)
        {
            if (regions.Count > 0 && regions[^1] is var last && last.Y == tile.Y && last.Right == tile.X)
                regions[^1] = last with { Width = last.Width + tile.Width };
            else
                regions.Add(tile);
        }

        for (int i = regions.Count - 1; i > 0; i--)
        {
            PixelRectangle upper = regions[i - 1], lower = regions[i];
            if (upper.X == lower.X && upper.Width == lower.Width && upper.Bottom == lower.Y)
            {
                regions[i - 1] = upper with { Height = upper.Height + lower.Height };
                regions.RemoveAt(i);
            }
        }

        return [.. regions];
    }
}
