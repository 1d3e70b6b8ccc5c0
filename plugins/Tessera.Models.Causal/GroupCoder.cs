using Tessera.Exact;

namespace Tessera.Models.Causal;

/// <summary>
/// Codes the blocks that are coded side by side, the same for encoding and decoding: alpha first, as one number where it is the same
/// everywhere and otherwise as grey is coded, then the colors.
/// </summary>
internal sealed class GroupCoder(CausalWeights weights, IEngine engine) : IDisposable
{
    private const int SampleBits = 8;
    private static readonly Decision _fair = new(1 << 15);
    private readonly WaveCoder _coder = new(weights, engine);
    private readonly Recall _recall = new();

    /// <summary>Codes some blocks.</summary>
    /// <param name="tiles">The run they are of.</param>
    /// <param name="bounds">Where they are, <see cref="WaveCoder.MaxBlocks"/> at the most.</param>
    /// <param name="coder">Codes what is decided.</param>
    public void Code<TCoder>(TileRun tiles, ReadOnlySpan<PixelRectangle> bounds, TCoder coder)
        where TCoder : struct, ISymbolCoder
    {
        int colors = CausalModel.Colors(tiles);
        if (tiles.HasAlpha && !CodeConstant(tiles, bounds, colors, coder))
            CodeChannels(tiles, bounds, colors, 1, coder);
        CodeChannels(tiles, bounds, 0, colors, coder);
    }

    public void Dispose()
    {
        _coder.Dispose();
        _recall.Dispose();
    }

    private static bool CodeConstant<TCoder>(TileRun tiles, ReadOnlySpan<PixelRectangle> bounds, int channel, TCoder coder)
        where TCoder : struct, ISymbolCoder
    {
        int known = 0;
        if (!coder.Code(_fair, !TCoder.Decodes && CausalPixels.IsConstant(tiles, bounds, channel, out known)))
            return false;
        int sample = 0;
        for (int bit = SampleBits - 1; bit >= 0; bit--)
            sample |= coder.Code(_fair, ((known >> bit) & 1) != 0) ? 1 << bit : 0;
        if (TCoder.Decodes)
            CausalPixels.Fill(tiles, bounds, channel, sample);
        return true;
    }

    private void CodeChannels<TCoder>(TileRun tiles, ReadOnlySpan<PixelRectangle> bounds, int first, int count, TCoder coder)
        where TCoder : struct, ISymbolCoder
    {
        for (int i = 0; i < bounds.Length; i++)
        {
            Block block = _coder.Block(i);
            block.Begin(bounds[i]);
            if (!TCoder.Decodes)
                CausalPixels.Read(tiles, first, count, block);
        }

        _recall.Reset();
        var samples = new SampleCoder<TCoder>(coder, _recall);
        _coder.Run(bounds.Length, tiles, count, ref samples);
        for (int i = 0; TCoder.Decodes && i < bounds.Length; i++)
            CausalPixels.Write(_coder.Block(i), tiles, first, count);
    }
}
