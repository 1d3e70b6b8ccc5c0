using System.Buffers;
using Tessera.Entropy;
using Tessera.Exact;

namespace Tessera.Models.Causal;

/// <summary>Decodes what <see cref="CausalEncoder"/> coded.</summary>
internal sealed class CausalDecoder(CausalWeights weights, IEngine engine) : SegmentDecoder
{
    private readonly WaveCoder _coder = new(weights, engine);
    private readonly Recall _recall = new();
    private readonly List<PixelRectangle> _bounds = [];

    public override void Decode(ReadOnlySpan<byte> payload, TileRun tiles, IBufferWriter<byte> supply)
    {
        if (!CausalModel.Codes(tiles.Format.BitDepth, tiles.ChannelCount) || tiles.HasAlpha)
        {
            throw new TesseraFormatException(
                $"A segment of {tiles.ChannelCount} channels of {tiles.Format.BitDepth} bits is said to be coded by {weights.Identity.Id}, which codes grey and RGB of 8.");
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
                _recall.Reset();
                var samples = new SampleCoder<Reader>(new(stack), _recall);
                _coder.Run(count, tiles, ref samples);
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
        {
            _coder.Dispose();
            _recall.Dispose();
        }

        base.Dispose(disposing);
    }

    private readonly struct Reader(AnsStack stack) : ISymbolCoder
    {
        public int Code(in Mixture distribution, int sample) => distribution.Pop(stack);

        public int Code(in Division distribution, bool listed, int sample)
        {
            sample = distribution.Find(listed, stack.Peek(Division.Precision), out SymbolInterval interval);
            stack.Drop(interval.Start, interval.Frequency, Division.Precision);
            return sample;
        }

        public bool Code(Decision distribution, bool decision)
        {
            decision = distribution.Find(stack.Peek(Decision.Precision));
            SymbolInterval interval = distribution.Interval(decision);
            stack.Drop(interval.Start, interval.Frequency, Decision.Precision);
            return decision;
        }
    }
}
