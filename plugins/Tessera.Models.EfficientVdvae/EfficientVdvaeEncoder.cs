using Tessera.Entropy;
using Tessera.Exact;

namespace Tessera.Models.EfficientVdvae;

/// <summary>Codes runs of tiles by a hierarchy, block by block.</summary>
internal sealed class EfficientVdvaeEncoder(EfficientVdvaeWeights weights, IEngine engine) : BitsBackEncoder
{
    private readonly Hierarchy _hierarchy = new(weights, engine);
    private readonly PixelCoder _pixels = new(weights);
    private readonly List<PixelRectangle> _blocks = [];

    protected override void Encode(TileRun tiles, AnsStack stack)
    {
        TileBlocks.List(tiles, _blocks);
        foreach (PixelRectangle block in _blocks)
        {
            _hierarchy.Resize(block.Height, block.Width);
            TilePixels.Read(tiles, block, weights.Configuration.IsTransformed, _hierarchy.Pictures[0]);
            _hierarchy.Pictures.Thin();
            Draw(stack);
            Push(stack);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _hierarchy.Dispose();
        base.Dispose(disposing);
    }

    private void Draw(AnsStack stack)
    {
        _hierarchy.Ascend();
        foreach (Step step in _hierarchy.Steps)
        {
            _hierarchy.Enter(step);
            if (step.HasPosterior)
            {
                (ExactTensor Locations, ExactTensor Levels) posterior = _hierarchy.Posterior(step);
                step.Latent!.Draw(stack, posterior.Locations, posterior.Levels);
                _hierarchy.Return(posterior);
            }

            _hierarchy.Leave(step);
            step.ReleaseEntered();
        }
    }

    private void Push(AnsStack stack)
    {
        for (int i = _hierarchy.Steps.Length - 1; i >= 0; i--)
        {
            Step step = _hierarchy.Steps[i];
            _pixels.Push(stack, _hierarchy.Pictures[step.Grid], step.Place, step.Mixtures, step.Linear);
            step.Latent?.Push(stack);
        }

        _pixels.PushTop(stack, _hierarchy.Pictures.Top);
    }
}
