using Tessera.Exact;

namespace Tessera.Models.EfficientVdvae;

/// <summary>A step of a grid, prepared for one thread: its nets, and what is known of it for the block at hand.</summary>
internal sealed class Step : IDisposable
{
    private readonly TensorShelf _shelf;
    private readonly Net _enter, _leave;
    private readonly Net? _posterior;
    private ExactTensor? _known, _entered, _mixtures, _linear;

    public Step(StepWeights weights, int latent, IEngine engine, TensorShelf shelf)
    {
        _shelf = shelf;
        (Grid, Number) = (weights.Grid, weights.Number);
        _enter = new(weights.Enter, engine, shelf);
        _leave = new(weights.Leave, engine, shelf);
        _posterior = weights.Posterior is null ? null : new(weights.Posterior, engine, shelf);
        Latent = latent > 0 ? new(latent, weights.Kept, shelf) : null;
    }

    public int Grid { get; }

    public int Number { get; }

    /// <summary>Which pixel of each square it tells.</summary>
    public int Place => Pictures.Places[Number];

    /// <summary>The latent in front of it, if there is one.</summary>
    public Latent? Latent { get; }

    /// <summary>Whether its latent holds anything, so that it has a posterior.</summary>
    public bool HasPosterior => _posterior is not null;

    /// <summary>What networks say of the pixels, after <see cref="Leave"/>.</summary>
    public ExactTensor Mixtures => _mixtures!;

    /// <summary>Linear predictions of the pixels, after <see cref="Leave"/>.</summary>
    public ExactTensor Linear => _linear!;

    /// <summary>Begins the step.</summary>
    /// <param name="known">What is known of the squares; the step returns it.</param>
    /// <param name="main">The top-down path, which the step returns; null before the first step.</param>
    public void Enter(ExactTensor known, ExactTensor? main)
    {
        _known = known;
        _entered = main is null ? _enter.Run(known)[0] : _enter.Run(known, main)[0];
        Return(ref main);
        Latent?.Resize(known.Height, known.Width);
    }

    /// <summary>The posterior of the latent. The tensors are the caller's to return.</summary>
    /// <param name="found">What the bottom-up path knows.</param>
    public (ExactTensor Locations, ExactTensor Levels) Posterior(ExactTensor found)
    {
        ReadOnlySpan<ExactTensor> results = _posterior!.Run(_entered!, found);
        return (results[0], results[1]);
    }

    /// <summary>Ends the step, whose latent is known.</summary>
    /// <returns>The top-down path, the caller's to return, or null after the last step.</returns>
    public ExactTensor? Leave()
    {
        ReadOnlySpan<ExactTensor> results =
            Latent is null ? _leave.Run(_entered!, _known!) : _leave.Run(_entered!, _known!, Latent.Elements);
        (_mixtures, _linear) = (results[0], results[1]);
        Return(ref _known);
        return results.Length > 2 ? results[2] : null;
    }

    /// <summary>Gives back what only the coding of pixels needs.</summary>
    public void ReleasePixels()
    {
        Return(ref _mixtures);
        Return(ref _linear);
    }

    /// <summary>Gives back what only the posterior needs.</summary>
    public void ReleaseEntered() => Return(ref _entered);

    /// <summary>Gives everything back, of a block that was not coded to its end too.</summary>
    public void Release()
    {
        ReleasePixels();
        ReleaseEntered();
        Return(ref _known);
        Latent?.Release();
    }

    public void Dispose()
    {
        _enter.Dispose();
        _posterior?.Dispose();
        _leave.Dispose();
    }

    private void Return(ref ExactTensor? tensor)
    {
        if (tensor is not null)
            _shelf.Return(tensor);
        tensor = null;
    }
}
