using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tessera.Models.DenseFlow;

/// <summary>A dense net: a convolution, the stem, and layers each of which adds channels to those that it reads.</summary>
/// <param name="Width">Channels of the stem.</param>
/// <param name="Growth">Channels that each layer adds.</param>
public sealed record NetConfiguration(int Width, ImmutableArray<int> Growth);

/// <summary>What the flow does at one size. It begins by making channels of squares.</summary>
/// <param name="Modules">Modules of each unit: a module is a matrix and a coupling.</param>
/// <param name="Net">The net of each coupling.</param>
/// <param name="Noise">Channels of noise that are put after the others in front of each unit but the first.</param>
/// <param name="Kept">Channels that go on, the first ones; the others leave the flow. Null in the last block, in whose end all do.</param>
public sealed record BlockConfiguration(ImmutableArray<int> Modules, NetConfiguration Net, int Noise, int? Kept);

/// <summary>
/// A flow over images of three colours (M. Grcić, I. Grubišić, S. Šegvić, "Densely connected normalizing flows", arXiv 2106.04627), of a size that can be
/// used. A model's weights file holds it as JSON.
/// </summary>
/// <param name="Blocks">The blocks, the image's resolution first.</param>
/// <param name="DequantisationBits">Bits that are put below a sample's last one.</param>
/// <param name="FractionBits">The fraction bits of values.</param>
/// <param name="Dequantiser">The net that gives what is put below a sample its distribution, if there is one; if not, all bits are alike.</param>
/// <param name="Color">A reversible colour transform in front: <c>none</c> or <c>ycocg-r</c>.</param>
public sealed record DenseFlowConfiguration(
    ImmutableArray<BlockConfiguration> Blocks, int DequantisationBits, int FractionBits, NetConfiguration? Dequantiser, string Color)
{
    /// <summary>Channels of an image.</summary>
    internal const int Colors = 3;

    /// <summary>Places of a square, which become channels.</summary>
    internal const int Places = 4;

    private const int MinFractionBits = 4;
    private const int MaxFractionBits = 20;
    private const int MaxBlocks = 6;
    private const int MaxUnits = 16;
    private const int MaxModules = 64;
    private const int MaxNoise = 64;
    private const int MaxChannels = 1024;
    private const int MaxLayers = 64;
    private const int MaxWidth = 4096;

    /// <summary>Whether there is a colour transform.</summary>
    [JsonIgnore]
    public bool IsTransformed => Color != "none";

    /// <summary>What must divide the sides of a tile; what lies beyond its edges repeats them.</summary>
    [JsonIgnore]
    public int Divisor => 1 << Blocks.Length;

    /// <summary>Channels of a block's first unit.</summary>
    /// <param name="block">The block.</param>
    /// <returns>The channels.</returns>
    public int Entering(int block) => Places * (block == 0 ? Colors : Blocks[block - 1].Kept!.Value);

    /// <summary>Channels of a unit's modules.</summary>
    /// <param name="block">The unit's block.</param>
    /// <param name="unit">The unit.</param>
    /// <returns>The channels.</returns>
    public int Channels(int block, int unit) => Entering(block) + (unit * Blocks[block].Noise);

    /// <summary>Channels of a block's last unit.</summary>
    /// <param name="block">The block.</param>
    /// <returns>The channels.</returns>
    public int Leaving(int block) => Channels(block, Blocks[block].Modules.Length - 1);

    /// <summary>Channels that a unit was given, without the noise that was put after them.</summary>
    /// <param name="block">The unit's block.</param>
    /// <param name="unit">The unit.</param>
    /// <returns>The channels.</returns>
    public int Given(int block, int unit) => Channels(block, Math.Max(0, unit - 1));

    /// <summary>Channels that the noise in front of a unit depends on: of all that the units before it were given.</summary>
    /// <param name="block">The unit's block.</param>
    /// <param name="unit">The unit.</param>
    /// <returns>The channels.</returns>
    public int Recorded(int block, int unit) => Enumerable.Range(0, unit).Sum(earlier => Given(block, earlier));

    /// <summary>Reads a configuration that can be coded.</summary>
    /// <param name="json">The JSON.</param>
    /// <returns>The configuration.</returns>
    /// <exception cref="Exact.WeightsException">It is not valid.</exception>
    public static DenseFlowConfiguration FromJson(string json)
    {
        DenseFlowConfiguration? configuration;
        try
        {
            configuration = JsonSerializer.Deserialize(json, DenseFlowJson.Default.DenseFlowConfiguration);
        }
        catch (JsonException e)
        {
            throw new Exact.WeightsException($"The configuration of a flow is not valid: {e.Message}", e);
        }

        if (configuration is null || configuration.Blocks.IsDefaultOrEmpty)
            throw new Exact.WeightsException("The configuration of a flow has no blocks.");
        configuration.Validate();
        return configuration;
    }

    /// <summary>Checks that the parts fit together, and that the flow can be coded.</summary>
    /// <exception cref="Exact.WeightsException">They do not, or it cannot.</exception>
    public void Validate()
    {
        int mostBits = Dequantiser is null ? Dequantizer.MaxBits : DequantiserTables.MaxBits;
        Check(Color is "none" or "ycocg-r", $"The colour transform is '{Color}'.");
        Check(FractionBits is >= MinFractionBits and <= MaxFractionBits, $"Values have {FractionBits} fraction bits; {MinFractionBits} to {MaxFractionBits} are possible.");
        Check(DequantisationBits >= 0 && DequantisationBits <= mostBits, $"Samples are given {DequantisationBits} bits; 0 to {mostBits} are possible.");
        Check(Dequantiser is null || IsNet(Dequantiser), NetMessage("The dequantiser"));
        Check(Blocks.Length <= MaxBlocks, $"It has {Blocks.Length} blocks; {MaxBlocks} are the most.");
        for (int i = 0; i < Blocks.Length; i++)
            Validate(i);
    }

    private void Validate(int index)
    {
        BlockConfiguration? block = Blocks[index];
        Check(block is not null && IsNet(block.Net), NetMessage($"The net of block {index}"));
        Check(
            !block.Modules.IsDefaultOrEmpty && block.Modules.Length <= MaxUnits && block.Modules.All(modules => modules is >= 1 and <= MaxModules),
            $"Block {index} has 1 to {MaxUnits} units of 1 to {MaxModules} modules.");
        int least = block.Modules.Length > 1 ? 2 : 0;
        Check(
            block.Noise >= least && block.Noise <= MaxNoise && block.Noise % 2 == 0,
            $"The noise of block {index} has {block.Noise} channels; an even number from {least} to {MaxNoise} is possible.");
        int channels = Leaving(index), hidden = NoiseGraphChannels(index);
        Check(channels <= MaxChannels, $"Block {index} has up to {channels} channels; {MaxChannels} are the most.");
        Check(hidden <= Exact.GraphBuilder.MaxChannels, $"The net of noise in block {index} has up to {hidden} channels; {Exact.GraphBuilder.MaxChannels} are the most.");
        if (index == Blocks.Length - 1)
            Check(block.Kept is null, $"Of block {index}, the last one, {block.Kept} channels are kept; it must be null.");
        else
            Check(block.Kept >= Colors && block.Kept < channels, $"Of block {index} {block.Kept ?? 0} channels are kept; {Colors} to {channels - 1} are possible.");
    }

    // The most that a net of noise has in a block: in front of its last unit.
    private int NoiseGraphChannels(int block) => DenseFlowGraphs.NoiseExpansion * Recorded(block, Blocks[block].Modules.Length - 1);

    private static bool IsNet(NetConfiguration? net) =>
        net is { Width: >= 1 and <= MaxWidth, Growth: { IsDefault: false, Length: <= MaxLayers } growth }
        && growth.All(channels => channels is >= 1 and <= MaxWidth) && net.Width + growth.Sum() <= MaxWidth;

    private static string NetMessage(string net) => $"{net} has 1 to {MaxWidth} channels in all, and up to {MaxLayers} layers, each of which adds some.";

    private static void Check([DoesNotReturnIf(false)] bool condition, string message)
    {
        if (!condition)
            throw new Exact.WeightsException($"The configuration of a flow is not valid: {message}");
    }
}

/// <summary>How configurations are read from JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(DenseFlowConfiguration))]
internal sealed partial class DenseFlowJson : JsonSerializerContext;
