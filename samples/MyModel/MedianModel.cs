using System.Buffers;
using System.Numerics;
using Tessera;
using Tessera.Entropy;

[assembly: TesseraPlugin(typeof(MyModel.MyPlugin))]

namespace MyModel;

/// <summary>What the host finds in this assembly: a plugin and its models.</summary>
public sealed class MyPlugin : IModelPlugin
{
    public IEnumerable<TileModel> CreateModels() => [new MedianModel()];
}

/// <summary>A density model: each sample is logistic around the median of what its neighbours say.</summary>
public sealed class MedianModel : TileModel
{
    public override ModelIdentity Identity { get; } = new("mine/median", 1);

    public override bool Supports(SampleFormat format) => true;

    public override Tiling PlanTiling(ImageInfo image, int effort) => new(TileSize: 256, BandRows: 1);

    public override IReadOnlyList<int> PlanSegments(TileRun band, int columns, int effort) => [.. Enumerable.Repeat(1, band.Tiles.Length)];

    public override SegmentEncoder CreateEncoder(int effort) => new Encoder();

    public override SegmentDecoder CreateDecoder() => new Decoder();

    /// <summary>Location (in 1/64) and scale level of a sample's distribution, from samples that are decoded before it.</summary>
    private static (int Location, int Level) Density(TileRun tiles, PixelRectangle tile, int channel, int x, int y)
    {
        (int expected, int activity) = Median(tiles, tile, channel, x, y);
        if (channel > 0)
        {
            // Channels err alike: by what the one before it, which is known here, differs from its own median.
            int error = tiles.Row(channel - 1, tile, y)[x] - Median(tiles, tile, channel - 1, x, y).Value;
            (expected, activity) = (Math.Clamp(expected + error, 0, tiles.Format.MaxSample), (activity / 4) + Math.Abs(error));
        }

        // Level 8 log2(s) + 32 is the scale s; here s is about an eighth of what neighbours differ by.
        int octave = BitOperations.Log2((uint)(activity + 2)), eighths = ((activity + 2) << 3 >> octave) & 7;
        return (expected << ScaleTables.LocationFractionBits, (8 * octave) + eighths + 10);
    }

    private static (int Value, int Activity) Median(TileRun tiles, PixelRectangle tile, int channel, int x, int y)
    {
        ReadOnlySpan<ushort> row = tiles.Row(channel, tile, y), above = y > 0 ? tiles.Row(channel, tile, y - 1) : [];
        int west = x > 0 ? row[x - 1] : y > 0 ? above[x] : (tiles.Format.MaxSample + 1) / 2;
        int north = y > 0 ? above[x] : west, northWest = y > 0 && x > 0 ? above[x - 1] : north, northEast = y > 0 && x + 1 < above.Length ? above[x + 1] : north;
        int median = Math.Clamp(west + north - northWest, Math.Min(west, north), Math.Max(west, north));
        return (median, Math.Abs(west - northWest) + Math.Abs(northWest - north) + Math.Abs(north - northEast));
    }

    // The order of decoding. What Density looks at comes before, so that both sides compute the same distributions.
    private static IEnumerable<(PixelRectangle Tile, int Channel, int X, int Y)> Samples(TileRun tiles) =>
        from tile in tiles.Tiles from y in Enumerable.Range(0, tile.Height) from x in Enumerable.Range(0, tile.Width) from channel in Enumerable.Range(0, tiles.ChannelCount) select (tile, channel, x, y);

    private sealed class Encoder : SegmentEncoder
    {
        public override void Encode(TileRun tiles, ReadOnlySpan<byte> supply, IBufferWriter<byte> payload)
        {
            // A stack: what is decoded first is pushed last.
            using var stack = new AnsStack();
            foreach ((PixelRectangle tile, int channel, int x, int y) in Samples(tiles).Reverse())
            {
                (int location, int level) = Density(tiles, tile, channel, x, y);
                ScaleTables.Logistic.Push(stack, tiles.Row(channel, tile, y)[x], location, level);
            }

            stack.WriteTo(payload);
        }
    }

    private sealed class Decoder : SegmentDecoder
    {
        public override void Decode(ReadOnlySpan<byte> payload, TileRun tiles, IBufferWriter<byte> supply)
        {
            try
            {
                using var stack = AnsStack.FromBytes(payload);
                foreach ((PixelRectangle tile, int channel, int x, int y) in Samples(tiles))
                {
                    (int location, int level) = Density(tiles, tile, channel, x, y);
                    int value = ScaleTables.Logistic.Pop(stack, location, level);
                    tiles.Row(channel, tile, y)[x] = value >= 0 && value <= tiles.Format.MaxSample ? (ushort)value : throw new TesseraFormatException($"There is no sample {value}.");
                }

                if (!stack.IsEmpty)
                    throw new TesseraFormatException("There is more than the samples.");
            }
            catch (EntropyFormatException e)
            {
                throw new TesseraFormatException($"The segment is damaged: {e.Message}", e);
            }
        }
    }
}
