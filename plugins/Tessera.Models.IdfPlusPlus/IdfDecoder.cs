using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Immutable;
using Tessera.Entropy;
using Tessera.Exact;

namespace Tessera.Models.IdfPlusPlus;

/// <summary>Decodes what <see cref="IdfEncoder"/> coded.</summary>
internal sealed class IdfDecoder : SegmentDecoder
{
    private readonly IdfWeights _weights;
    private readonly ImmutableArray<IGraphExecutor> _priors, _levels;
    private readonly LatentBuffer _latents = new();
    private readonly List<PixelRectangle> _blocks = [];
    private readonly TensorShelf _shelf = new();

    public IdfDecoder(IdfWeights weights, IEngine engine)
    {
        _weights = weights;
        _priors = [.. weights.Priors.Select(engine.Prepare)];
        _levels = [.. weights.Decoding.Select(engine.Prepare)];
    }

    public override void Decode(ReadOnlySpan<byte> payload, TileRun tiles, IBufferWriter<byte> supply)
    {
        if (tiles.ChannelCount != _weights.Configuration.Channels || tiles.Format.BitDepth != IdfModel.BitDepth)
        {
            throw new TesseraFormatException(
                $"A segment of {tiles.ChannelCount} channels of {tiles.Format.BitDepth} bits is said to be coded by {_weights.Identity.Id}, "
                + $"which codes {_weights.Configuration.Channels} of {IdfModel.BitDepth}.");
        }

        if (payload.Length < sizeof(int))
            throw new TesseraFormatException("A segment of a flow ends before its stack's length.");
        int stackLength = BinaryPrimitives.ReadInt32LittleEndian(payload);
        payload = payload[sizeof(int)..];
        if (stackLength < 0 || stackLength > payload.Length)
            throw new TesseraFormatException($"The stack of a segment of a flow is said to have {stackLength} bytes; {payload.Length} are left.");
        try
        {
            using var stack = AnsStack.FromBytes(payload[..stackLength]);
            var lanes = new LaneDecoder(payload[stackLength..]);
            TileBlocks.List(tiles, _blocks);
            foreach (PixelRectangle block in _blocks)
                DecodeBlock(stack, ref lanes, tiles, block);
            lanes.Finish();
            if (!stack.IsEmpty)
                throw new TesseraFormatException("The stack of a segment of a flow is not empty at its end.");
        }
        catch (Exception e) when (e is EntropyFormatException or AnsUnderflowException)
        {
            throw new TesseraFormatException($"A segment of a flow is damaged: {e.Message}", e);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach (IGraphExecutor executor in _priors.Concat(_levels))
                executor.Dispose();
        }

        base.Dispose(disposing);
    }

    private void DecodeBlock(AnsStack stack, ref LaneDecoder lanes, TileRun tiles, PixelRectangle block)
    {
        IdfConfiguration configuration = _weights.Configuration;
        (int height, int width) = _weights.Extended(block);
        int last = configuration.Levels.Length - 1;
        ExactTensor stays = _shelf.Take(height >> (last + 1), width >> (last + 1), configuration.Width(last));
        _weights.Top.Pop(stack, stays);
        for (int level = last; level >= 0; level--)
        {
            int h = height >> (level + 1), w = width >> (level + 1);
            ExactTensor arrived = _shelf.Take(2 * h, 2 * w, configuration.Width(level) / 4);
            if (level == last)
            {
                _levels[level].Run([stays], [arrived]);
            }
            else
            {
                int half = configuration.Width(level) / 2;
                ExactTensor leaving = _shelf.Take(h, w, half), locations = _shelf.Take(h, w, half), scales = _shelf.Take(h, w, half);
                _priors[level].Run([stays], [locations, scales]);
                _latents.Read(ref lanes, leaving, locations, scales);
                _levels[level].Run([stays, leaving], [arrived]);
                _shelf.Return(leaving);
                _shelf.Return(locations);
                _shelf.Return(scales);
            }

            _shelf.Return(stays);
            stays = arrived;
        }

        IdfPixels.Write(stays, configuration.Color != "none", tiles, block);
        _shelf.Return(stays);
    }
}
