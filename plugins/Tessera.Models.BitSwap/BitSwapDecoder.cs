using Tessera.Entropy;
using Tessera.Exact;

namespace Tessera.Models.BitSwap;

/// <summary>Decodes what <see cref="BitSwapEncoder"/> coded.</summary>
internal sealed class BitSwapDecoder(BitSwapWeights weights, IEngine engine, BitsBackScheme scheme) : BitsBackDecoder
{
    private readonly ChainNets _nets = new(weights, engine);
    private readonly ChainVariables _variables = new(weights.Configuration);
    private readonly TensorShelf _shelf = new();
    private readonly List<PixelRectangle> _blocks = [];

    protected override void Decode(AnsStack stack, TileRun tiles)
    {
        TilePixels.Check(tiles, weights.Configuration.Channels, weights.Identity);
        TileBlocks.List(tiles, _blocks);
        for (int i = _blocks.Count - 1; i >= 0; i--)
        {
            _variables.Resize(_blocks[i].Height, _blocks[i].Width);
            Decode(stack);
            Write(tiles, _blocks[i]);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _nets.Dispose();
        base.Dispose(disposing);
    }

    private void Decode(AnsStack stack)
    {
        int levels = weights.Configuration.Levels.Length;
        _variables.Latents[^1].Pop(stack, _nets.Top(_variables));
        for (int level = levels - 1; level >= 0; level--)
        {
            _variables.Below[level].Pop(stack, _nets.Prior(_variables, level));
            _variables.Unsqueeze(level);
            if (scheme == BitsBackScheme.BitSwap)
                PutBack(stack, level);
        }

        for (int level = levels - 1; level >= 0 && scheme == BitsBackScheme.BbAns; level--)
            PutBack(stack, level);
    }

    private void PutBack(AnsStack stack, int level) => _variables.Latents[level].PutBack(stack, _nets.Posterior(_variables, level));

    private void Write(TileRun tiles, PixelRectangle block)
    {
        ExactTensor pixels = _shelf.Take(block.Height, block.Width, weights.Configuration.Channels);
        Span<short> elements = pixels.Values;
        ReadOnlySpan<int> values = _variables.Image.Values;
        for (int i = 0; i < values.Length; i++)
        {
            if (values[i] != (short)values[i])
                throw new TesseraFormatException($"A decoded element of an image is {values[i]}; the segment is damaged.");
            elements[i] = (short)values[i];
        }

        TilePixels.Write(pixels, weights.Configuration.Color != "none", tiles, block);
        _shelf.Return(pixels);
    }
}
