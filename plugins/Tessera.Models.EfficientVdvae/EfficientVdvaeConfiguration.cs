using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tessera.Models.EfficientVdvae;

/// <summary>What works on the squares of 2 x 2 pixels of a picture, in three steps: one for each pixel that is not known from the grid above.</summary>
/// <param name="Width">Channels of the top-down path.</param>
/// <param name="Bottom">Channels of the bottom-up path, and inside posteriors.</param>
/// <param name="Latent">Channels of the latent in front of each step; 0 where there is none.</param>
/// <param name="Layers">Residual layers of the top-down path in each step.</param>
/// <param name="BottomLayers">Residual layers of the bottom-up path.</param>
public sealed record GridConfiguration(int Width, int Bottom, ImmutableArray<int> Latent, ImmutableArray<int> Layers, int BottomLayers);

/// <summary>
/// A hierarchy of latents over pictures at all resolutions, as integers compute it. A model's weights file holds it as JSON. What was published
/// (L. Hazami, R. Mama, R. Thurairatnam, "Efficient-VDVAE: Less is more", arXiv 2203.13751) is a <see cref="PublishedHierarchy"/>.
/// </summary>
/// <param name="Grids">The grids, the image's own squares first.</param>
/// <param name="Mixtures">Components of a pixel's mixture.</param>
/// <param name="Color">A reversible colour transform in front: <c>none</c> or <c>ycocg-r</c>.</param>
public sealed record EfficientVdvaeConfiguration(ImmutableArray<GridConfiguration> Grids, int Mixtures, string Color)
{
    /// <summary>Channels of an image.</summary>
    internal const int Colors = 3;

    /// <summary>Steps of a grid.</summary>
    internal const int Steps = 3;

    /// <summary>The most components of a mixture.</summary>
    internal const int MaxMixtures = 8;

    private const int MaxGrids = 12;
    private const int MaxLayers = 64;
    private const int MaxWidth = 4096;

    /// <summary>Whether colours are transformed.</summary>
    [JsonIgnore]
    internal bool IsTransformed => Color != "none";

    /// <summary>Reads a configuration.</summary>
    /// <param name="json">The JSON.</param>
    /// <returns>The configuration.</returns>
    /// <exception cref="Exact.WeightsException">It is not valid.</exception>
    public static EfficientVdvaeConfiguration FromJson(string json)
    {
        EfficientVdvaeConfiguration? configuration;
        try
        {
            configuration = JsonSerializer.Deserialize(json, EfficientVdvaeJson.Default.EfficientVdvaeConfiguration);
        }
        catch (JsonException e)
        {
            throw new Exact.WeightsException($"The configuration of a hierarchy of latents is not valid: {e.Message}", e);
        }

        if (configuration is null || configuration.Grids.IsDefaultOrEmpty)
            throw new Exact.WeightsException("The configuration of a hierarchy of latents has no grids.");
        configuration.Validate();
        return configuration;
    }

    /// <summary>Checks that everything is in its range.</summary>
    /// <exception cref="Exact.WeightsException">It is not.</exception>
    public void Validate()
    {
        Check(Grids.Length <= MaxGrids, $"It has {Grids.Length} grids; there are at most {MaxGrids}.");
        Check(Mixtures is >= 1 and <= MaxMixtures, $"Its mixtures have {Mixtures} components; there are 1 to {MaxMixtures}.");
        Check(Color is "none" or "ycocg-r", $"The colour transform is '{Color}'.");
        for (int i = 0; i < Grids.Length; i++)
        {
            GridConfiguration? grid = Grids[i];
            Check(grid is { Width: >= 1 and <= MaxWidth, Bottom: >= 1 and <= MaxWidth }, $"The paths of grid {i} have 1 to {MaxWidth} channels.");
            Check(AreUpTo(grid!.Latent, MaxWidth), $"The latents of grid {i} are {Steps} numbers of channels, each up to {MaxWidth}.");
            Check(AreUpTo(grid.Layers, MaxLayers), $"The layers of grid {i} are {Steps} numbers, each up to {MaxLayers}.");
            Check(grid.BottomLayers is >= 0 and <= MaxLayers, $"The bottom-up path of grid {i} has {grid.BottomLayers} layers; there are at most {MaxLayers}.");
        }

        static bool AreUpTo(ImmutableArray<int> numbers, int most) =>
            !numbers.IsDefault && numbers.Length == Steps && numbers.All(number => number >= 0 && number <= most);

        static void Check(bool condition, string message)
        {
            if (!condition)
                throw new Exact.WeightsException($"The configuration of a hierarchy of latents is not valid: {message}");
        }
    }
}

/// <summary>How configurations are read from JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(EfficientVdvaeConfiguration))]
internal sealed partial class EfficientVdvaeJson : JsonSerializerContext;
