using System.Buffers;
using System.Runtime.InteropServices;
using Tessera.Entropy;
using Tessera.Exact;

namespace Tessera.Models.Causal;

/// <summary>Decodes what <see cref="CausalEncoder"/> coded.</summary>
internal sealed class CausalDecoder(CausalWeights weights, IEngine engine) : SegmentDecoder
{
    private readonly GroupCoder _coder = new(weights, engine);
    private readonly List<PixelRectangle> _bounds = [];

    public override void Decode(ReadOnlySpan<byte> payload, TileRun tiles, IBufferWriter<byte> supply)
    {
        if (!CausalModel.Codes(tiles.Format.BitDepth, CausalModel.Colors(tiles)))
        {
            throw new TesseraFormatException(
                $"A segment of {tiles.ChannelCount} channels of {tiles.Format.BitDepth} bits is said to be coded by {weights.Identity.Id}, which codes grey and RGB of 8, with or without alpha.");
        }

        try
        {
            using var stack = AnsStack.FromBytes(payload);
            TileBlocks.List(tiles, _bounds);
            for (int first = 0; first < _bounds.Count; first += WaveCoder.MaxBlocks)
            {
                int count = Math.Min(WaveCoder.MaxBlocks, _bounds.Count - first);
                _coder.Code(tiles, CollectionsMarshal.AsSpan(_bounds).Slice(first, count), new StackReader(stack));
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
}
