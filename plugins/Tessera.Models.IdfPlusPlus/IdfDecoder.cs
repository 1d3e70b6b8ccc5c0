using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Tessera.Entropy;
using Tessera.Exact;

namespace Tessera.Models.IdfPlusPlus;

/// <summary>Decodes what <see cref="IdfEncoder"/> coded.</summary>
internal sealed class IdfDecoder : SegmentDecoder
{
    private readonly IdfWeights _weights;
    private readonly ImmutableArray<IGraphExecutor> _priors, _levels;
    private readonly LatentBuffer _latents;
    private readonly ChromaCoder _chroma = new();
    private readonly ScaleOffsets _offsets;
    private readonly List<PixelRectangle> _blocks = [];
    private readonly TensorShelf _shelf = new();
    private readonly List<ExactTensor> _known = [], _carried = [], _inputs = [], _outputs = [];

    public IdfDecoder(IdfWeights weights, IEngine engine)
    {
        _weights = weights;
        _latents = new(weights.Configuration);
        _offsets = new(weights.Configuration.Parts);
        _priors = [.. weights.Priors.Select(engine.Prepare)];
        _levels = [.. weights.Decoding.Select(engine.Prepare)];
    }

    public override void Decode(ReadOnlySpan<byte> payload, TileRun tiles, IBufferWriter<byte> supply)
    {
        TilePixels.Check(tiles, _weights.Configuration.Channels, _weights.Identity);
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
            _offsets.Pop(stack);
            _chroma.Reset();
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
            _chroma.Dispose();
        }

        base.Dispose(disposing);
    }

    private void DecodeBlock(AnsStack stack, ref LaneDecoder lanes, TileRun tiles, PixelRectangle block)
    {
        IdfConfiguration configuration = _weights.Configuration;
        (int height, int width) = _weights.Extended(block);
        int levels = configuration.Levels.Length;
        ExactTensor stays = _shelf.Take(height >> levels, width >> levels, configuration.TopWidth);
        _weights.Top.Pop(stack, stays);
        for (int level = levels - 1; level >= 0; level--)
        {
            int h = height >> (level + 1), w = width >> (level + 1);
            _known.Clear();
            _known.Add(stays);
            if (configuration.Levels[level].HasPrior)
            {
                int first = level * configuration.PartsPerLevel;
                for (int part = first; part < first + configuration.PartsPerLevel; part++)
                    _known.Add(DecodePart(stack, ref lanes, part, h, w));
                ReturnAll(_carried);
            }

            ExactTensor arrived = _shelf.Take(2 * h, 2 * w, configuration.Width(level) / 4);
            _levels[level].Run(CollectionsMarshal.AsSpan(_known), [arrived]);
            ReturnAll(_known);
            stays = arrived;
        }

        TilePixels.Write(stays, configuration.Color != "none", tiles, block);
        _shelf.Return(stays);
    }

    // Decodes a part from what is known at its level, and keeps what its graph hands on to those of the next parts.
    private ExactTensor DecodePart(AnsStack stack, ref LaneDecoder lanes, int part, int height, int width)
    {
        IdfConfiguration configuration = _weights.Configuration;
        Graph graph = _weights.Priors[part].Graph;
        if (part % configuration.Channels == 0)
            ReturnAll(_carried);
        _inputs.Clear();
        _inputs.AddRange(_known);
        _inputs.AddRange(_carried);
        _outputs.Clear();
        foreach (GraphOutput output in graph.Outputs)
            _outputs.Add(_shelf.Take(height, width, output.Value.Channels));
        _priors[part].Run(CollectionsMarshal.AsSpan(_inputs), CollectionsMarshal.AsSpan(_outputs));
        ExactTensor leaving = _shelf.Take(height, width, configuration.PartWidth(part));
        Span<ExactTensor> outputs = CollectionsMarshal.AsSpan(_outputs);
        Span<ExactTensor> distribution = outputs[..configuration.DistributionTensors];
        _latents.Read(stack, _chroma, ref lanes, part, leaving, distribution, _offsets);
        foreach (ExactTensor tensor in distribution)
            _shelf.Return(tensor);
        _carried.AddRange(outputs[distribution.Length..]);
        return leaving;
    }

    private void ReturnAll(List<ExactTensor> tensors)
    {
        foreach (ExactTensor tensor in tensors)
            _shelf.Return(tensor);
        tensors.Clear();
    }
}
