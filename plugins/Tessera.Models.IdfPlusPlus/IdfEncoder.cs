using System.Buffers;
using System.Buffers.Binary;
using Tessera.Entropy;
using Tessera.Exact;

namespace Tessera.Models.IdfPlusPlus;

/// <summary>
/// Codes segments by a flow. The payload: the length of the stack in four bytes, little-endian; the stack with what is left at the end of
/// every tile, the first tile on top; the interleaved stream with what leaves, tile by tile, the last level first.
/// </summary>
internal sealed class IdfEncoder : SegmentEncoder
{
    private readonly IdfWeights _weights;
    private readonly IGraphExecutor _executor;
    private readonly LaneEncoder _lanes = new();
    private readonly AnsStack _stack = new();
    private readonly LatentBuffer _latents = new();
    private readonly ArrayBufferWriter<byte> _stackBytes = new();
    private readonly List<ExactTensor> _tops = [];
    private readonly TensorShelf _shelf = new();

    public IdfEncoder(IdfWeights weights, IEngine engine)
    {
        _weights = weights;
        _executor = engine.Prepare(weights.Encoding);
    }

    public override void Encode(TileRun tiles, ReadOnlySpan<byte> supply, IBufferWriter<byte> payload)
    {
        IdfConfiguration configuration = _weights.Configuration;
        int levels = configuration.Levels.Length;
        _tops.Clear();
        foreach (PixelRectangle tile in tiles.Tiles)
        {
            (int height, int width) = _weights.Extended(tile);
            ExactTensor pixels = _shelf.Take(height, width, configuration.Channels);
            IdfPixels.Read(tiles, tile, configuration.Color != "none", pixels);
            Graph graph = _weights.Encoding.Graph;
            ExactTensor[] outputs = [.. graph.Outputs.Select(output => _shelf.Take(height >> output.Value.Halvings, width >> output.Value.Halvings, output.Value.Channels))];
            _executor.Run([pixels], outputs);
            for (int level = levels - 2; level >= 0; level--)
                _latents.Write(_lanes, outputs[3 * level], outputs[(3 * level) + 1], outputs[(3 * level) + 2]);
            _tops.Add(outputs[^1]);
            _shelf.Return(pixels);
            foreach (ExactTensor output in outputs[..^1])
                _shelf.Return(output);
        }

        _stack.Clear();
        for (int i = _tops.Count - 1; i >= 0; i--)
        {
            _weights.Top.Push(_stack, _tops[i]);
            _shelf.Return(_tops[i]);
        }

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
        }

        base.Dispose(disposing);
    }
}

/// <summary>Tensors of one tile, kept for the next one of the same shape.</summary>
internal sealed class TensorShelf
{
    private readonly Dictionary<(int Height, int Width, int Channels), Stack<ExactTensor>> _tensors = [];

    public ExactTensor Take(int height, int width, int channels) =>
        _tensors.TryGetValue((height, width, channels), out Stack<ExactTensor>? kept) && kept.TryPop(out ExactTensor? tensor)
            ? tensor
            : new(1, height, width, channels);

    public void Return(ExactTensor tensor)
    {
        (int, int, int) shape = (tensor.Height, tensor.Width, tensor.Channels);
        if (!_tensors.TryGetValue(shape, out Stack<ExactTensor>? kept))
            _tensors.Add(shape, kept = []);
        kept.Push(tensor);
    }
}
