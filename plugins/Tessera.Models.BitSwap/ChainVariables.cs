using System.Collections.Immutable;

namespace Tessera.Models.BitSwap;

/// <summary>All variables of a block.</summary>
internal sealed class ChainVariables
{
    private readonly BitSwapConfiguration _configuration;

    public ChainVariables(BitSwapConfiguration configuration)
    {
        _configuration = configuration;
        Latents = [.. configuration.Levels.Select(_ => new Variable())];
        Below = [.. configuration.Levels.Select((level, i) => level.Squeeze ? new() : WholeBelow(i))];
    }

    public Variable Image { get; } = new();

    /// <summary>By level.</summary>
    public ImmutableArray<Variable> Latents { get; }

    /// <summary>By level, what is below its latent, squeezed if it is to be.</summary>
    public ImmutableArray<Variable> Below { get; }

    /// <summary>Sets the shapes of all for a block.</summary>
    public void Resize(int height, int width)
    {
        Image.Resize(height, width, _configuration.Channels);
        for (int i = 0; i < Latents.Length; i++)
        {
            if (_configuration.Levels[i].Squeeze)
                Below[i].ResizeSqueezed(WholeBelow(i));
            Latents[i].Resize(Below[i].Height, Below[i].Width, _configuration.Levels[i].Latent);
        }
    }

    /// <summary>Makes what is below a level's latent from the variable below.</summary>
    public void Squeeze(int level)
    {
        if (_configuration.Levels[level].Squeeze)
            Below[level].Squeeze(WholeBelow(level));
    }

    /// <summary>Makes the variable below a level's latent from what is below, squeezed.</summary>
    public void Unsqueeze(int level)
    {
        if (_configuration.Levels[level].Squeeze)
            Below[level].Unsqueeze(WholeBelow(level));
    }

    private Variable WholeBelow(int level) => level == 0 ? Image : Latents[level - 1];
}
