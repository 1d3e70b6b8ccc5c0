using Tessera.Entropy;
using Tessera.Exact;

namespace Tessera.Models.DenseFlow;

/// <summary>Codes a block of pixels by a flow, or as it is. What it needs for that is used again for the next one.</summary>
internal sealed class TileCoder(DenseFlowWeights weights, IEngine engine) : IBlockCoder, IDisposable
{
    private const int WordBits = 32;
    private const int SampleBits = 8;

    // The entropy of a Gaussian variable of scale 1 is 2.05 bits above its fraction bits.
    private const int NoiseBits = 2;

    private readonly Flow _flow = new(weights, engine);
    private readonly TensorShelf _shelf = new();
    private TileRun? _tiles;
    private PixelRectangle _block;
    private ExactTensor? _samples;

    /// <inheritdoc/>
    public int NoiseWords { get; private set; }

    /// <summary>Says which block comes next.</summary>
    public void Begin(TileRun tiles, PixelRectangle block)
    {
        (_tiles, _block) = (tiles, block);
        int divisor = weights.Configuration.Divisor, height = Padded(block.Height, divisor), width = Padded(block.Width, divisor);
        _flow.Resize(height, width);
        if (_samples is not null)
            _shelf.Return(_samples);
        _samples = _shelf.Take(height, width, DenseFlowConfiguration.Colors);
        NoiseWords = (int)((((long)_flow.NoiseCount * (weights.Configuration.FractionBits + NoiseBits)) / WordBits) + 1);
    }

    /// <summary>Reads the samples, which an encoder codes.</summary>
    public void Read() => TilePixels.Read(_tiles!, _block, weights.Configuration.IsTransformed, _samples!);

    public void Push(AnsStack stack, NoiseSource noise) => _flow.Push(stack, noise, _samples!);

    public void Pop(AnsStack stack, NoiseSource noise)
    {
        _flow.Pop(stack, _samples!);
        _flow.PutBack(noise);
        TilePixels.Write(_samples!, weights.Configuration.IsTransformed, _tiles!, _block);
    }

    public void PushPlain(AnsStack stack)
    {
        for (int y = _block.Height - 1; y >= 0; y--)
        {
            for (int x = _block.Width - 1; x >= 0; x--)
            {
                for (int c = DenseFlowConfiguration.Colors - 1; c >= 0; c--)
                    stack.PushBits(_tiles!.Row(c, _block, y)[x], SampleBits);
            }
        }
    }

    public void PopPlain(AnsStack stack)
    {
        for (int y = 0; y < _block.Height; y++)
        {
            for (int x = 0; x < _block.Width; x++)
            {
                for (int c = 0; c < DenseFlowConfiguration.Colors; c++)
                    _tiles!.Row(c, _block, y)[x] = (ushort)stack.PopBits(SampleBits);
            }
        }
    }

    public void Dispose() => _flow.Dispose();

    private static int Padded(int length, int divisor) => (length + divisor - 1) & -divisor;
}
