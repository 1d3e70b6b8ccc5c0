using System.Buffers;
using System.Runtime.InteropServices;
using Tessera.Entropy;
using Tessera.Exact;

namespace Tessera.Models.Causal;

/// <summary>Codes segments by a causal model. The payload is the stack, with what is decoded first on top.</summary>
internal sealed class CausalEncoder(CausalWeights weights, IEngine engine) : SegmentEncoder
{
    private readonly GroupCoder _coder = new(weights, engine);
    private readonly AnsStack _stack = new();
    private readonly List<PixelRectangle> _bounds = [];
    private readonly ArrayBufferWriter<SymbolInterval> _intervals = new();

    public override void Encode(TileRun tiles, ReadOnlySpan<byte> supply, IBufferWriter<byte> payload)
    {
        TileBlocks.List(tiles, _bounds);
        _stack.Clear();

        // Blocks know nothing of those before them, so that the last ones can be pushed first: no more is kept than what those at hand need.
        int groups = (_bounds.Count + WaveCoder.MaxBlocks - 1) / WaveCoder.MaxBlocks;
        for (int group = groups - 1; group >= 0; group--)
        {
            int first = group * WaveCoder.MaxBlocks, count = Math.Min(WaveCoder.MaxBlocks, _bounds.Count - first);
            _intervals.ResetWrittenCount();
            _coder.Code(tiles, CollectionsMarshal.AsSpan(_bounds).Slice(first, count), new Recorder(_intervals));
            ReadOnlySpan<SymbolInterval> intervals = _intervals.WrittenSpan;
            for (int i = intervals.Length - 1; i >= 0; i--)
                _stack.Push(intervals[i].Start, intervals[i].Frequency, Mixture.Precision);
        }

        _stack.WriteTo(payload);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _coder.Dispose();
            _stack.Dispose();
        }

        base.Dispose(disposing);
    }

    // Keeps what is to be pushed: a stack is last in, first out.
    private readonly struct Recorder(ArrayBufferWriter<SymbolInterval> intervals) : ISymbolCoder
    {
        public static bool Decodes => false;

        public int Code(in Mixture distribution, int sample)
        {
            Add(distribution.Interval(sample));
            return sample;
        }

        public int Code(in Division distribution, bool listed, int sample)
        {
            Add(distribution.Interval(listed, sample));
            return sample;
        }

        public bool Code(Decision distribution, bool decision)
        {
            Add(distribution.Interval(decision));
            return decision;
        }

        private void Add(SymbolInterval interval)
        {
            intervals.GetSpan(1)[0] = interval;
            intervals.Advance(1);
        }
    }
}
