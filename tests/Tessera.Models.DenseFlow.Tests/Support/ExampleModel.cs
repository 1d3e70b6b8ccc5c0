using Tessera.Entropy;

namespace Tessera.Models.DenseFlow.Tests.Support;

/// <summary>The example's flow as a model of images: tiles are blocks.</summary>
internal sealed class ExampleModel(int bits = 6, bool isHuge = false) : TileModel, IModelPlugin
{
    public int Overflows { get; private set; }

    public override ModelIdentity Identity { get; } = new("denseflow/example", 1);

    public override bool NeedsSupply => true;

    public override bool Supports(SampleFormat format) => format.BitDepth == 8 && format.Channels == 3;

    public override Tiling PlanTiling(ImageInfo image, int effort) => new(16, 8);

    public override IReadOnlyList<int> PlanSegments(TileRun band, int columns, int effort) => [band.Tiles.Length];

    public override SegmentEncoder CreateEncoder(int effort) => new Encoder(this);

    public override SegmentDecoder CreateDecoder() => new Decoder(this);

    public IEnumerable<TileModel> CreateModels() => [this];

    // An even number of rows and columns; what lies beyond the edge is the edge.
    private ExampleFlow Flow(TileRun tiles, PixelRectangle tile) => new(bits, tiles.ChannelCount, Even(tile.Height), Even(tile.Width), isHuge);

    private static int Even(int length) => length + (length & 1);

    private sealed class Encoder(ExampleModel model) : BitsBackEncoder
    {
        protected override void Encode(TileRun tiles, AnsStack stack)
        {
            using var writer = new SegmentWriter(stack);
            foreach (PixelRectangle tile in tiles.Tiles)
            {
                ExampleFlow flow = model.Flow(tiles, tile);
                for (int y = 0; y < Even(tile.Height); y++)
                {
                    for (int x = 0; x < Even(tile.Width); x++)
                    {
                        for (int c = 0; c < tiles.ChannelCount; c++)
                        {
                            int at = (((y * Even(tile.Width)) + x) * tiles.ChannelCount) + c;
                            flow.Samples[at] = tiles.Row(c, tile, Math.Min(y, tile.Height - 1))[Math.Min(x, tile.Width - 1)];
                        }
                    }
                }

                writer.Push(flow);
                model.Overflows += flow.Overflows;
            }

            writer.Finish();
        }
    }

    private sealed class Decoder(ExampleModel model) : BitsBackDecoder
    {
        protected override void Decode(AnsStack stack, TileRun tiles)
        {
            using var reader = new SegmentReader(stack);
            for (int i = tiles.Tiles.Length - 1; i >= 0; i--)
            {
                PixelRectangle tile = tiles.Tiles[i];
                ExampleFlow flow = model.Flow(tiles, tile);
                reader.Pop(flow);
                for (int y = 0; y < tile.Height; y++)
                {
                    for (int x = 0; x < tile.Width; x++)
                    {
                        for (int c = 0; c < tiles.ChannelCount; c++)
                            tiles.Row(c, tile, y)[x] = (ushort)flow.Samples[(((y * Even(tile.Width)) + x) * tiles.ChannelCount) + c];
                    }
                }
            }

            reader.Finish();
        }
    }
}
