using System.Buffers;
using System.Numerics;
using Tessera;
using Tessera.Entropy;

[assembly: TesseraPlugin(typeof(MyModel.MyPlugin))]

namespace MyModel;

public sealed class MyPlugin : IModelPlugin
{
    public IEnumerable<TileModel> CreateModels() => [new MedianModel()];
}

public sealed class MedianModel : TileModel
{
    public override ModelIdentity Identity { get; } = new("mine/median", 1);

    public override bool Supports(SampleFormat format) => true;

    public override Tiling PlanTiling(ImageInfo image, int effort) => new(TileSize: 256, BandRows: 1);

    public override IReadOnlyList<int> PlanSegments(TileRun band, int columns, int effort) => [.. Enumerable.Repeat(1, band.Tiles.Length)];

    public override SegmentEncoder CreateEncoder(int effort) => new Encoder();

    public override SegmentDecoder CreateDecoder() => new Decoder();

    // The order of decoding: pixel after pixel, and all channels of each.
    private static IEnumerable<Place> Places(TileRun tiles) =>
        from tile in tiles.Tiles from y in Enumerable.Range(0, tile.Height) from x in Enumerable.Range(0, tile.Width)
        from channel in Enumerable.Range(0, tiles.ChannelCount) select new Place(tile, channel, x, y);

    private static (int Location, int Level) Density(TileRun tiles, Place place)
    {
        (int expected, int activity) = Median(tiles, place);
        if (place.Channel > 0)
        {
            Place before = place with { Channel = place.Channel - 1 };
            int error = before.Sample(tiles) - Median(tiles, before).Value;
            expected = Math.Clamp(expected + error, 0, tiles.Format.MaxSample);
            activity = (activity / 4) + Math.Abs(error);
        }

        int octave = BitOperations.Log2((uint)activity + 2), eighths = (((activity + 2) << 3) >> octave) & 7;
        int level = Math.Min((8 * octave) + eighths + 10, ScaleTables.LevelCount - 1);
        return (expected << ScaleTables.LocationFractionBits, level);
    }

    private static (int Value, int Activity) Median(TileRun tiles, Place place)
    {
        (PixelRectangle tile, int channel, int x, int y) = place;
        ReadOnlySpan<ushort> row = tiles.Row(channel, tile, y), above = y > 0 ? tiles.Row(channel, tile, y - 1) : [];
        int west = x > 0 ? row[x - 1] : y > 0 ? above[x] : (tiles.Format.MaxSample + 1) / 2;
        int north = y > 0 ? above[x] : west;
        int northWest = x > 0 && y > 0 ? above[x - 1] : north, northEast = x + 1 < above.Length ? above[x + 1] : north;
        int median = Math.Clamp(west + north - northWest, Math.Min(west, north), Math.Max(west, north));
        return (median, Math.Abs(west - northWest) + Math.Abs(northWest - north) + Math.Abs(north - northEast));
    }

    private readonly record struct Place(PixelRectangle Tile, int Channel, int X, int Y)
    {
        public ref ushort Sample(TileRun tiles) => ref tiles.Row(Channel, Tile, Y)[X];
    }

    private sealed class Encoder : SegmentEncoder
    {
        public override void Encode(TileRun tiles, ReadOnlySpan<byte> supply, IBufferWriter<byte> payload)
        {
            using var stack = new AnsStack();
            foreach (Place place in Places(tiles).Reverse())
            {
                (int location, int level) = Density(tiles, place);
                ScaleTables.Logistic.Push(stack, place.Sample(tiles), location, level);
            }

            stack.WriteTo(payload);
        }
    }

    private sealed class Decoder : SegmentDecoder
    {
        public override void Decode(ReadOnlySpan<byte> payload, TileRun tiles, IBufferWriter<byte> supply)
        {
            using var stack = AnsStack.FromBytes(payload);
            foreach (Place place in Places(tiles))
            {
                (int location, int level) = Density(tiles, place);
                int value = ScaleTables.Logistic.Pop(stack, location, level);
                if (value < 0 || value > tiles.Format.MaxSample)
                    throw new TesseraFormatException($"There is no sample {value}.");
                place.Sample(tiles) = (ushort)value;
            }

            if (!stack.IsEmpty)
                throw new TesseraFormatException("There is more than the samples.");
        }
    }
}
