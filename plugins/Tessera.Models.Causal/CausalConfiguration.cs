using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Tessera.Exact;

namespace Tessera.Models.Causal;

/// <summary>The sizes of a causal model's network. A model's weights file holds them as JSON.</summary>
/// <param name="Trunk">
/// Outputs of the layers that see neighbours alone. A layer with as many outputs as inputs is added to its input.
/// </param>
/// <param name="Head">Outputs of the hidden layer of each channel.</param>
public sealed record CausalConfiguration(ImmutableArray<int> Trunk, int Head)
{
    /// <summary>Distributions that a mixture has.</summary>
    public const int Components = 3;

    /// <summary>The most layers of a trunk.</summary>
    public const int MaxLayers = 16;

    /// <summary>The most outputs of a layer.</summary>
    public const int MaxWidth = 1024;

    // Of each component: logit, location, level.
    internal const int Outputs = 3 * Components;

    /// <summary>Multiplications and additions for a pixel.</summary>
    [JsonIgnore]
    public int MultiplyAdds
    {
        get
        {
            int inputs = Features.Count, total = 0;
            foreach (int width in Trunk)
            {
                total += inputs * width;
                inputs = width;
            }

            for (int channel = 0; channel < LeastSquares.Channels; channel++)
                total += ((inputs + Features.KnownCount(channel)) * Head) + (Head * Outputs);
            return total;
        }
    }

    /// <summary>Reads a configuration as weights files have it.</summary>
    /// <param name="json">The text.</param>
    /// <returns>The configuration.</returns>
    /// <exception cref="WeightsException">The text is no configuration.</exception>
    public static CausalConfiguration FromJson(string json)
    {
        CausalConfiguration? configuration;
        try
        {
            configuration = JsonSerializer.Deserialize(json, CausalJson.Default.CausalConfiguration);
        }
        catch (JsonException e)
        {
            throw new WeightsException($"The configuration of a causal model is not what it should be: {e.Message}", e);
        }

        if (configuration is null || configuration.Trunk.IsDefaultOrEmpty || configuration.Trunk.Length > MaxLayers
            || configuration.Trunk.Append(configuration.Head).Any(width => width is < 1 or > MaxWidth))
        {
            throw new WeightsException($"A causal model has 1 to {MaxLayers} layers and a head of 1 to {MaxWidth} outputs each, not those of {json}.");
        }

        return configuration;
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(CausalConfiguration))]
internal sealed partial class CausalJson : JsonSerializerContext;
