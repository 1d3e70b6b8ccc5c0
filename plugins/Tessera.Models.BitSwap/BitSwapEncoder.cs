using Tessera.Entropy;
using Tessera.Exact;

namespace Tessera.Models.BitSwap;

/// <summary>Codes runs of tiles by a chain, block by block.</summary>
internal sealed class BitSwapEncoder(BitSwapWeights weights, IEngine engine, BitsBackScheme scheme) : BitsBackEncoder
{
    private readonly ChainNets _nets = new(weights, engine);
    private readonly ChainVariables _variables = new(weights.Configuration);
    private readonly TensorShelf _shelf = new();
    private readonly List<PixelRectangle> _blocks = [];

    protected override void Encode(TileRun tiles, AnsStack stack)
    {
        TileBlocks.List(tiles, _blocks);
        foreach (PixelRectangle block in _blocks)
        {
            Read(tiles, block);
            Encode(stack);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _nets.Dispose();
        base.Dispose(disposing);
    }

    private void Read(TileRun tiles, PixelRectangle block)
    {
        _variables.Resize(block.Height, block.Width);
        ExactTensor pixels = _shelf.Take(block.Height, block.Width, weights.Configuration.Channels);
        TilePixels.Read(tiles, block, weights.Configuration.Color != "none", pixels);
        Span<int> values = _variables.Image.Values;
        for (int i = 0; i < values.Length; i++)
            values[i] = pixels.Values[i];
        _shelf.Return(pixels);
    }

    private void Encode(AnsStack stack)
    {
        int levels = weights.Configuration.Levels.Length;
        for (int level = 0; level < levels; level++)
        {
            Draw(stack, level);
            if (scheme == BitsBackScheme.BitSwap)
                Push(stack, level);
        }

        for (int level = 0; level < levels && scheme == BitsBackScheme.BbAns; level++)
            Push(stack, level);
        _variables.Latents[^1].Push(stack, _nets.Top(_variables));
    }

    private void Draw(AnsStack stack, int level)
    {
        _variables.Squeeze(level);
        _variables.Latents[level].Draw(stack, _nets.Posterior(_variables, level));
    }

    private void Push(AnsStack stack, int level) => _variables.Below[level].Push(stack, _nets.Prior(_variables, level));
}
