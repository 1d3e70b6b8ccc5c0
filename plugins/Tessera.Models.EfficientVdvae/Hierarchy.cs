using System.Collections.Immutable;
using Tessera.Exact;

namespace Tessera.Models.EfficientVdvae;

/// <summary>A hierarchy that is prepared for one thread, and what is known of the block at hand.</summary>
internal sealed class Hierarchy : IDisposable
{
    private readonly TensorShelf _shelf = new();
    private readonly ImmutableArray<Net> _bottoms;
    private readonly ExactTensor?[] _found;
    private ExactTensor? _main;

    public Hierarchy(EfficientVdvaeWeights weights, IEngine engine)
    {
        ImmutableArray<GridConfiguration> grids = weights.Configuration.Grids;
        Steps = [.. weights.Steps.Select(step => new Step(step, grids[step.Grid].Latent[step.Number], engine, _shelf))];

        // No posterior asks for what is found above the last grid with one.
        int seen = Steps.Where(step => step.HasPosterior).Select(step => step.Grid + 1).DefaultIfEmpty().Max();
        _bottoms = [.. weights.Bottoms.Take(seen).Select(graph => new Net(graph, engine, _shelf))];
        _found = new ExactTensor?[seen];
        Pictures = new(grids.Length, _shelf);
    }

    public Pictures Pictures { get; }

    /// <summary>From the top down.</summary>
    public ImmutableArray<Step> Steps { get; }

    /// <summary>Begins with a block.</summary>
    public void Resize(int height, int width)
    {
        foreach (Step step in Steps)
            step.Release();
        Return(ref _main);
        foreach (ref ExactTensor? found in _found.AsSpan())
            Return(ref found);
        Pictures.Resize(height, width);
    }

    /// <summary>Goes from the bottom up, when all pictures are known.</summary>
    public void Ascend()
    {
        ExactTensor? below = null;
        for (int grid = 0; grid < _bottoms.Length; grid++)
        {
            ExactTensor? squares = Gather(Pictures[grid]);
            _found[grid] = below is null ? _bottoms[grid].Run(squares)[0] : _bottoms[grid].Run(squares, below)[0];
            Return(ref squares);
            Return(ref below);
            if (grid + 1 < _bottoms.Length)
                below = Gather(_found[grid]!);
        }
    }

    /// <summary>Begins a step. All pixels before it are known.</summary>
    public void Enter(Step step)
    {
        (ExactTensor? main, _main) = (_main, null);
        step.Enter(Pictures.Known(step.Grid, step.Number), main);
    }

    /// <summary>The posterior of a step's latent. The tensors are to be returned.</summary>
    public (ExactTensor Locations, ExactTensor Levels) Posterior(Step step) => step.Posterior(_found[step.Grid]!);

    /// <summary>Returns a posterior.</summary>
    public void Return((ExactTensor Locations, ExactTensor Levels) posterior)
    {
        _shelf.Return(posterior.Locations);
        _shelf.Return(posterior.Levels);
    }

    /// <summary>Ends a step, whose latent is known.</summary>
    public void Leave(Step step)
    {
        _main = step.Leave();
        if (step.Number == EfficientVdvaeConfiguration.Steps - 1 && _main is not null)
        {
            ExactTensor? above = _main;
            _main = Double(above, Pictures[step.Grid]);
            Return(ref above);
        }
    }

    public void Dispose()
    {
        foreach (Net net in _bottoms)
            net.Dispose();
        foreach (Step step in Steps)
            step.Dispose();
    }

    private ExactTensor Gather(ExactTensor whole)
    {
        ExactTensor squares = _shelf.Take((whole.Height + 1) / 2, (whole.Width + 1) / 2, 4 * whole.Channels);
        Squares.Gather<short>(whole.Values, whole.Height, whole.Width, whole.Channels, squares.Values);
        return squares;
    }

    // Each element for each pixel of its square, of which those at the edge may have fewer.
    private ExactTensor Double(ExactTensor values, ExactTensor picture)
    {
        int channels = values.Channels;
        ExactTensor doubled = _shelf.Take(picture.Height, picture.Width, channels);
        ReadOnlySpan<short> from = values.Values;
        Span<short> to = doubled.Values;
        for (int y = 0; y < doubled.Height; y++)
        {
            for (int x = 0; x < doubled.Width; x++)
            {
                from.Slice((((y / 2) * values.Width) + (x / 2)) * channels, channels).CopyTo(to);
                to = to[channels..];
            }
        }

        return doubled;
    }

    private void Return(ref ExactTensor? tensor)
    {
        if (tensor is not null)
            _shelf.Return(tensor);
        tensor = null;
    }
}
