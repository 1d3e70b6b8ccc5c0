using Tessera.Entropy;
using Tessera.Exact;

namespace Tessera.Models.DenseFlow;

/// <summary>Decodes what <see cref="DenseFlowEncoder"/> coded.</summary>
internal sealed class DenseFlowDecoder(DenseFlowWeights weights, IEngine engine) : BitsBackDecoder
{
    private readonly TileCoder _coder = new(weights, engine);
    private readonly List<PixelRectangle> _blocks = [];

    protected override void Decode(AnsStack stack, TileRun tiles)
    {
        TilePixels.Check(tiles, DenseFlowConfiguration.Colors, weights.Identity);
        TileBlocks.List(tiles, _blocks);
        using var reader = new SegmentReader(stack);
        for (int i = _blocks.Count - 1; i >= 0; i--)
        {
            _coder.Begin(tiles, _blocks[i]);
            reader.Pop(_coder);
        }

        reader.Finish();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _coder.Dispose();
        base.Dispose(disposing);
    }
}
