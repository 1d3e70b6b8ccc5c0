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
            _coder.Code(tiles, CollectionsMarshal.AsSpan(_bounds).Slice(first, count), new IntervalRecorder(_intervals));
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
}
