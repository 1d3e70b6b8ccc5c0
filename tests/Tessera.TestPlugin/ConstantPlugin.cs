using System.Buffers;
using Tessera;
using Tessera.TestPlugin;

[assembly: TesseraPlugin(typeof(ConstantPlugin))]

namespace Tessera.TestPlugin;

/// <summary>A plugin in an assembly that nothing refers to.</summary>
public sealed class ConstantPlugin : IModelPlugin
{
    /// <inheritdoc/>
    public IEnumerable<TileModel> CreateModels() => [new ConstantModel()];
}

/// <summary>Codes tiles of zeros in no bytes at all.</summary>
internal sealed class ConstantModel : TileModel
{
    public override ModelIdentity Identity { get; } = new("test/constant", 4);

    public override bool Supports(SampleFormat format) => true;

    public override Tiling PlanTiling(ImageInfo image, int effort) => new(32, 1);

    public override IReadOnlyList<int> PlanSegments(TileRun band, int columns, int effort) => [band.Tiles.Length];

    public override SegmentEncoder CreateEncoder(int effort) => new Encoder();

    public override SegmentDecoder CreateDecoder() => new Decoder();

    private sealed class Encoder : SegmentEncoder
    {
        public override void Encode(TileRun tiles, ReadOnlySpan<byte> supply, IBufferWriter<byte> payload)
        {
            for (int channel = 0; channel < tiles.ChannelCount; channel++)
            {
                foreach (PixelRectangle region in tiles.Regions)
                {
                    for (int y = 0; y < region.Height; y++)
                    {
                        if (tiles.Row(channel, region, y).ContainsAnyExcept((ushort)0))
                            throw new NotSupportedException("Only images of zeros can be coded.");
                    }
                }
            }
        }
    }

    private sealed class Decoder : SegmentDecoder
    {
        public override void Decode(ReadOnlySpan<byte> payload, TileRun tiles, IBufferWriter<byte> supply)
        {
            for (int channel = 0; channel < tiles.ChannelCount; channel++)
            {
                foreach (PixelRectangle region in tiles.Regions)
                {
                    for (int y = 0; y < region.Height; y++)
                        tiles.Row(channel, region, y).Clear();
                }
            }
        }
    }
}
