using System.Buffers;
using System.Buffers.Binary;
using Tessera.Entropy;
using Tessera.Exact;

namespace Tessera.Models.IdfPlusPlus;

/// <summary>
/// Codes segments by a flow. The payload: the length of the stack in four bytes, little-endian; the stack with the offsets of scales on top, then
/// what is left at the end of every block, the first block first; the interleaved stream with what leaves, block by block, the last level first, its parts in order.
/// </summary>
internal sealed class IdfEncoder : SegmentEncoder
{
    private readonly IdfWeights _weights;
    private readonly IGraphExecutor _executor;
    private readonly LaneEncoder _lanes = new();
    private readonly AnsStack _stack = new();
    private readonly ChromaCoder _chroma = new();
    private readonly ArrayBufferWriter<SymbolInterval> _intervals = new();
    private readonly LatentStore _latents = new();
    private readonly ScaleOffsets _offsets;
    private readonly ArrayBufferWriter<byte> _stackBytes = new();
    private readonly List<PixelRectangle> _blocks = [];
    private readonly List<ExactTensor> _tops = [];
    private readonly List<int> _ends = [];
    private readonly TensorShelf _shelf = new();
    private readonly ExactTensor[] _outputs;

    public IdfEncoder(IdfWeights weights, IEngine engine)
    {
        _weights = weights;
        _executor = engine.Prepare(weights.Encoding);
        _offsets = new(weights.Configuration.Parts);
        _outputs = new ExactTensor[weights.Encoding.Graph.Outputs.Length];
    }

    public override void Encode(TileRun tiles, ReadOnlySpan<byte> supply, IBufferWriter<byte> payload)
    {
        _tops.Clear();
        _latents.Clear();
        TileBlocks.List(tiles, _blocks);
        foreach (PixelRectangle block in _blocks)
            TransformBlock(tiles, block);
        for (int part = 0; part < _weights.Configuration.Parts; part++)
            _offsets.Choose(part, _latents);
        CodeParts();
        FillStack();
        _stackBytes.ResetWrittenCount();
        _stack.WriteTo(_stackBytes);
        BinaryPrimitives.WriteInt32LittleEndian(payload.GetSpan(sizeof(int)), _stackBytes.WrittenCount);
        payload.Advance(sizeof(int));
        payload.Write(_stackBytes.WrittenSpan);
        _lanes.Finish(payload);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _executor.Dispose();
            _lanes.Dispose();
            _stack.Dispose();
            _chroma.Dispose();
        }

        base.Dispose(disposing);
    }

    private void TransformBlock(TileRun tiles, PixelRectangle block)
    {
        IdfConfiguration configuration = _weights.Configuration;
        (int height, int width) = _weights.Extended(block);
        ExactTensor pixels = _shelf.Take(height, width, configuration.Channels);
        TilePixels.Read(tiles, block, configuration.Color != "none", pixels);
        for (int i = 0; i < _outputs.Length; i++)
        {
            GraphValue value = _weights.Encoding.Graph.Outputs[i].Value;
            _outputs[i] = _shelf.Take(height >> value.Halvings, width >> value.Halvings, value.Channels);
        }

        _executor.Run([pixels], _outputs);
        _shelf.Return(pixels);
        for (int first = configuration.Parts - configuration.PartsPerLevel; first >= 0; first -= configuration.PartsPerLevel)
        {
            for (int part = first; part < first + configuration.PartsPerLevel; part++)
            {
                int at = part * (1 + configuration.DistributionTensors);
                _latents.Add(part, _outputs[at], _outputs.AsSpan(at + 1, configuration.DistributionTensors));
            }
        }

        _tops.Add(_outputs[^1]);
        foreach (ExactTensor output in _outputs.AsSpan(..^1))
            _shelf.Return(output);
    }

    // Writes parts to the stream, or records them for the stack.
    private void CodeParts()
    {
        IdfConfiguration configuration = _weights.Configuration;
        _chroma.Reset();
        _intervals.ResetWrittenCount();
        _ends.Clear();
        ReadOnlySpan<LatentRun> runs = _latents.Runs;
        for (int block = 0; block < _tops.Count; block++)
        {
            for (int part = 0; part < configuration.Parts; part++)
                CodePart(runs[..((block * configuration.Parts) + part + 1)]);
            _ends.Add(_intervals.WrittenCount);
        }
    }

    // Codes the last of some parts.
    private void CodePart(ReadOnlySpan<LatentRun> runs)
    {
        IdfConfiguration configuration = _weights.Configuration;
        LatentRun run = runs[^1];
        _offsets.Apply(run.Part, _latents.Levels(run));
        if (configuration.IsRecalled(run.Part))
        {
            int channel = run.Part % configuration.Channels;
            ReadOnlySpan<int> luma = _latents.Values(runs[^(1 + channel)]), orange = channel > 1 ? _latents.Values(runs[^2]) : [];
            _chroma.Code(new IntervalRecorder(_intervals), luma, orange, _latents.Values(run), _latents.Locations(run), _latents.Levels(run));
        }
        else
        {
            LaneValues.Write(_lanes, ScaleTables.Logistic, _latents.Values(run), _latents.Locations(run), _latents.Levels(run));
        }
    }

    // What is decoded first is pushed last.
    private void FillStack()
    {
        _stack.Clear();
        ReadOnlySpan<SymbolInterval> intervals = _intervals.WrittenSpan;
        for (int block = _tops.Count - 1; block >= 0; block--)
        {
            for (int i = _ends[block] - 1; i >= (block > 0 ? _ends[block - 1] : 0); i--)
                _stack.Push(intervals[i].Start, intervals[i].Frequency, Mixture.Precision);
            _weights.Top.Push(_stack, _tops[block]);
            _shelf.Return(_tops[block]);
        }

        _offsets.Push(_stack);
    }
}
