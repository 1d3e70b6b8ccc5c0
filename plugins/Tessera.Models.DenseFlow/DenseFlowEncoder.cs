using Tessera.Entropy;
using Tessera.Exact;

namespace Tessera.Models.DenseFlow;

/// <summary>Codes runs of tiles by a flow, block by block.</summary>
internal sealed class DenseFlowEncoder(DenseFlowWeights weights, IEngine engine) : BitsBackEncoder
{
    private readonly TileCoder _coder = new(weights, engine);
    private readonly List<PixelRectangle> _blocks = [];

    protected override void Encode(TileRun tiles, AnsStack stack)
    {
        TileBlocks.List(tiles, _blocks);
        using var writer = new SegmentWriter(stack);
        foreach (PixelRectangle block in _blocks)
        {
            _coder.Begin(tiles, block);
            _coder.Read();
            writer.Push(_coder);
        }

        writer.Finish();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _coder.Dispose();
        base.Dispose(disposing);
    }
}
