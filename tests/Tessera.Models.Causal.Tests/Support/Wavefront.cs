using Tessera.Entropy;
using Tessera.Exact.Managed;

namespace Tessera.Models.Causal.Tests.Support;

/// <summary>What <see cref="WaveCoder"/> does to an image that is cut into tiles.</summary>
internal static class Wavefront
{
    /// <summary>The slots of all samples, by row, column and channel, of all blocks.</summary>
    public static SymbolInterval[][,,] Intervals(CausalWeights weights, TileRun tiles)
    {
        var recorder = new Recorder([]);
        List<PixelRectangle> bounds = Run(weights, tiles, ref recorder);
        SymbolInterval[][,,] result = [.. bounds.Select(b => new SymbolInterval[b.Height, b.Width, tiles.ChannelCount])];
        int at = 0;
        foreach ((int block, int channel, int y, int x) in Order([.. bounds.Select(b => (b.Height, b.Width))], tiles.ChannelCount))
            result[block][y, x, channel] = recorder.Intervals[at++];
        Assert.Equal(at, recorder.Intervals.Count);
        return result;
    }

    /// <summary>Has a coder take all samples.</summary>
    /// <returns>The blocks.</returns>
    public static List<PixelRectangle> Run<TCoder>(CausalWeights weights, TileRun tiles, ref TCoder samples)
        where TCoder : struct, ISampleCoder
    {
        using var coder = new WaveCoder(weights, new ManagedEngine());
        var bounds = new List<PixelRectangle>();
        TileBlocks.List(tiles, bounds);
        for (int i = 0; i < bounds.Count; i++)
        {
            coder.Block(i).Begin(bounds[i]);
            CausalPixels.Read(tiles, 0, tiles.ChannelCount, coder.Block(i));
        }

        coder.Run(bounds.Count, tiles, tiles.ChannelCount, ref samples);
        return bounds;
    }

    /// <summary>The order in which samples of blocks side by side are coded, by the rule: (y, x) is of step x + 3 y.</summary>
    public static IEnumerable<(int Block, int Channel, int Y, int X)> Order(IReadOnlyList<(int Height, int Width)> blocks, int channels = 3) =>
        blocks
            .SelectMany((size, block) => from y in Enumerable.Range(0, size.Height)
                                         from x in Enumerable.Range(0, size.Width)
                                         from channel in Enumerable.Range(0, channels)
                                         select (Block: block, Channel: channel, Y: y, X: x))
            .OrderBy(sample => (sample.X + (3 * sample.Y), sample.Channel, sample.Block, sample.Y));

    private readonly struct Recorder(List<SymbolInterval> intervals) : ISampleCoder
    {
        public List<SymbolInterval> Intervals => intervals;

        public int Code(in Mixture distribution, int list, int sample)
        {
            intervals.Add(distribution.Interval(sample));
            return sample;
        }
    }
}
