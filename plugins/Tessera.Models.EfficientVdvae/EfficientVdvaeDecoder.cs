using Tessera.Entropy;
using Tessera.Exact;

namespace Tessera.Models.EfficientVdvae;

/// <summary>Decodes what <see cref="EfficientVdvaeEncoder"/> coded.</summary>
internal sealed class EfficientVdvaeDecoder(EfficientVdvaeWeights weights, IEngine engine) : BitsBackDecoder
{
    private readonly Hierarchy _hierarchy = new(weights, engine);
    private readonly PixelCoder _pixels = new(weights);
    private readonly List<PixelRectangle> _blocks = [];

    protected override void Decode(AnsStack stack, TileRun tiles)
    {
        TilePixels.Check(tiles, EfficientVdvaeConfiguration.Colors, weights.Identity);
        TileBlocks.List(tiles, _blocks);
        for (int i = _blocks.Count - 1; i >= 0; i--)
        {
            _hierarchy.Resize(_blocks[i].Height, _blocks[i].Width);
            Pop(stack);
            PutBack(stack);
            TilePixels.Write(_hierarchy.Pictures[0], weights.Configuration.IsTransformed, tiles, _blocks[i]);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _hierarchy.Dispose();
        base.Dispose(disposing);
    }

    private void Pop(AnsStack stack)
    {
        Pictures pictures = _hierarchy.Pictures;
        _pixels.PopTop(stack, pictures.Top);
        foreach (Step step in _hierarchy.Steps)
        {
            if (step.Number == 0)
                pictures.Spread(step.Grid);
            _hierarchy.Enter(step);
            step.Latent?.Pop(stack);
            _hierarchy.Leave(step);
            _pixels.Pop(stack, pictures[step.Grid], step.Place, step.Mixtures, step.Linear);
            step.ReleasePixels();
            if (!step.HasPosterior)
                step.ReleaseEntered();
        }
    }

    private void PutBack(AnsStack stack)
    {
        _hierarchy.Ascend();
        for (int i = _hierarchy.Steps.Length - 1; i >= 0; i--)
        {
            Step step = _hierarchy.Steps[i];
            if (!step.HasPosterior)
                continue;
            (ExactTensor Locations, ExactTensor Levels) posterior = _hierarchy.Posterior(step);
            step.Latent!.PutBack(stack, posterior.Locations, posterior.Levels);
            _hierarchy.Return(posterior);
        }
    }
}
