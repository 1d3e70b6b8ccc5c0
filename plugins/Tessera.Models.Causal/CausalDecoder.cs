using System.Buffers;
using Tessera.Entropy;
using Tessera.Exact;

namespace Tessera.Models.Causal;

/// <summary>Decodes what <see cref="CausalEncoder"/> coded.</summary>
internal sealed class CausalDecoder(CausalWeights weights, IEngine engine) : SegmentDecoder
{
    private readonly WaveCoder _coder = new(weights, engine);
    private readonly List<PixelRectangle> _bounds = [];

    public override void Decode(ReadOnlySpan<byte> payload, TileRun tiles, IBufferWriter<byte> supply)
    {
        if (!CausalModel.Codes(tiles.Format.BitDepth, tiles.ChannelCount) || tiles.HasAlpha)
        {
            throw new TesseraFormatException(
                $"A segment of {tiles.ChannelCount} channels of {tiles.Format.BitDepth} bits is said to be coded by {weights.Identity.Id}, which codes RGB of 8.");
        }

        try
        {
            using var stack = AnsStack.FromBytes(payload);
            TileBlocks.List(tiles, _bounds);
            for (int first = 0; first < _bounds.Count; first += WaveCoder.MaxBlocks)
            {
                int count = Math.Min(WaveCoder.MaxBlocks, _bounds.Count - first);
                for (int i = 0; i < count; i++)
                    _coder.Block(i).Begin(_bounds[first + i]);
                var reader = new Reader(stack);
                _coder.Run(count, tiles, ref reader);
                for (int i = 0; i < count; i++)
                    CausalPixels.Write(_coder.Block(i), tiles);
            }

            if (!stack.IsEmpty)
                throw new TesseraFormatException("The stack of a segment of a causal model is not empty at its end.");
        }
        catch (Exception e) when (e is EntropyFormatException or AnsUnderflowException)
        {
            throw new TesseraFormatException($"A segment of a causal model is damaged: {e.Message}", e);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _coder.Dispose();
        base.Dispose(disposing);
    }

    private readonly struct Reader(AnsStack stack) : ISampleCoder
    {
        public int Code(in Mixture distribution, int sample) => distribution.Pop(stack);
    }
}
