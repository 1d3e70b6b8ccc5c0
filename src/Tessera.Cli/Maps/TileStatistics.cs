using System.Collections.Immutable;
using Tessera.Container;

namespace Tessera.Cli.Maps;

/// <summary>
/// What is known of the tiles of one frame. A file tells the size of a segment, not of its tiles: those of one segment have its bits per
/// subpixel in common. Where the channels of a tile are apart, the model is that of the first, and the bits are of all.
/// </summary>
internal sealed class TileStatistics
{
    /// <summary>What <see cref="Models"/> and <see cref="Runs"/> say of a tile that no whole segment holds.</summary>
    public const int None = -1;

    /// <summary>More tiles than this are not looked at one by one.</summary>
    public const int MaxTiles = 1 << 24;

    private readonly double[] _bits;
    private readonly int[] _models;
    private readonly int[] _runs;

    private TileStatistics(TileGrid grid)
    {
        Grid = grid;
        _bits = new double[grid.TilesPerFrame];
        _models = new int[grid.TilesPerFrame];
        _runs = new int[grid.TilesPerFrame];
        _models.AsSpan().Fill(None);
        _runs.AsSpan().Fill(None);
    }

    /// <summary>How the image is cut.</summary>
    public TileGrid Grid { get; }

    /// <summary>Bits per subpixel by tile of the frame.</summary>
    public ReadOnlySpan<double> Bits => _bits;

    /// <summary>Places in the file's model table by tile of the frame, or <see cref="None"/>.</summary>
    public ReadOnlySpan<int> Models => _models;

    /// <summary>By tile of the frame, a number that tiles of the same segment and model have in common, or <see cref="None"/>.</summary>
    public ReadOnlySpan<int> Runs => _runs;

    /// <summary>The bits per subpixel of the tiles that take the fewest.</summary>
    public double Lowest { get; private set; }

    /// <summary>The bits per subpixel of the tiles that take the most.</summary>
    public double Highest { get; private set; }

    /// <summary>Whether a file has few enough tiles.</summary>
    public static bool CanMeasure(TileGrid grid) => grid.TilesPerFrame <= MaxTiles;

    /// <summary>Measures a frame.</summary>
    /// <param name="report">The file.</param>
    /// <param name="frame">The frame, from 0.</param>
    /// <exception cref="ToolException">It has more than <see cref="MaxTiles"/> tiles.</exception>
    public static TileStatistics Measure(FileReport report, int frame = 0)
    {
        TileGrid grid = report.Grid;
        if (!CanMeasure(grid))
            throw ToolException.InvalidContent($"A frame has {grid.TilesPerFrame} tiles; a map is made of {MaxTiles} at the most.");
        var statistics = new TileStatistics(grid);
        long first = frame * grid.TilesPerFrame;
        int run = 0;
        foreach (SegmentReport segment in report.Segments.Where(s => s.Header.FirstTile >= first && s.Header.FirstTile < first + grid.TilesPerFrame))
            statistics.Add(segment, (int)(segment.Header.FirstTile - first), report.Info.Format.Channels, ref run);
        ImmutableArray<double> known = [.. statistics._bits.Where((_, tile) => statistics._runs[tile] != None).DefaultIfEmpty()];
        (statistics.Lowest, statistics.Highest) = (known.Min(), known.Max());
        return statistics;
    }

    /// <summary>The tile that a pixel lies in.</summary>
    public int TileAt(int x, int y) => (int)(((long)(y / Grid.TileSize) * Grid.Columns) + (x / Grid.TileSize));

    private void Add(SegmentReport segment, int firstTile, int channels, ref int run)
    {
        double share = segment.BitsPerSubpixel * segment.Header.ChannelCount / channels;
        int tile = firstTile;
        foreach (SegmentRun part in segment.Header.Runs)
        {
            run++;
            for (int end = tile + part.TileCount; tile < end; tile++)
            {
                _bits[tile] += share;
                if (segment.Header.FirstChannel == 0)
                    (_models[tile], _runs[tile]) = (part.ModelIndex, run);
            }
        }
    }
}
