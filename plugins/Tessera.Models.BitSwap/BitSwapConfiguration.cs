using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tessera.Models.BitSwap;

/// <summary>A block of residual layers.</summary>
/// <param name="Kernel">Rows and columns of their convolutions.</param>
/// <param name="Layers">How many layers.</param>
[JsonConverter(typeof(BlockConverter))]
public readonly record struct BlockConfiguration(int Kernel, int Layers);

/// <summary>A net: a convolution, and blocks of residual layers.</summary>
/// <param name="Width">Channels.</param>
/// <param name="Blocks">The blocks.</param>
/// <param name="Entry">Rows and columns of the first convolution.</param>
public sealed record NetConfiguration(int Width, ImmutableArray<BlockConfiguration> Blocks, int Entry = NetConfiguration.Kernel)
{
    /// <summary>Rows and columns of convolutions that nothing else is said of.</summary>
    internal const int Kernel = 3;

    /// <summary>The kernel of each residual layer.</summary>
    [JsonIgnore]
    public IEnumerable<int> LayerKernels => Blocks.SelectMany(block => Enumerable.Repeat(block.Kernel, block.Layers));
}

/// <summary>A latent, and the two nets between it and the variable below it: the image, or the latent before.</summary>
/// <param name="Latent">Channels of the latent.</param>
/// <param name="Squeeze">Whether the latent has half the rows and columns of the variable below.</param>
/// <param name="Posterior">The net that gives the latent's distribution by what is below.</param>
/// <param name="Prior">The net that gives the distribution of what is below by the latent.</param>
/// <param name="Base">How many pixels of each square of what is below, squeezed, the first channels of the latent show: 1 or 2.</param>
public sealed record LevelConfiguration(int Latent, bool Squeeze, NetConfiguration Posterior, NetConfiguration Prior, int Base = 1);

/// <summary>
/// A chain of latents over images (F. Kingma, P. Abbeel, J. Ho, "Bit-Swap: Recursive Bits-Back Coding for Lossless Compression with
/// Hierarchical Latent Variables", arXiv 1905.06845). A model's weights file holds it as JSON.
/// </summary>
/// <param name="Levels">The levels, from the image on.</param>
/// <param name="Form"><c>exact</c>, which integers can compute; <c>published</c>, which this library can count and not code.</param>
/// <param name="Channels">Channels of an image.</param>
/// <param name="Color">A reversible colour transform in front: <c>none</c> or <c>ycocg-r</c>.</param>
/// <param name="Size">Rows and columns of an image, if fixed.</param>
/// <param name="Conditional">Published form: whether a net gives the scales of pixels, which otherwise are parameters, one for each place of an image.</param>
public sealed record BitSwapConfiguration(
    ImmutableArray<LevelConfiguration> Levels,
    string Form = BitSwapConfiguration.PublishedForm,
    int Channels = 3,
    string Color = "none",
    int? Size = null,
    bool Conditional = false)
{
    private const string ExactForm = "exact";
    private const string PublishedForm = "published";
    private const int MaxLevels = 16;
    private const int MaxLayers = 64;
    private const int MaxWidth = 4096;

    /// <summary>The published configurations for CIFAR-10, by the number of latents: 1, 2, 4 or 8.</summary>
    public static ImmutableSortedDictionary<int, BitSwapConfiguration> Cifar10 { get; } = Published((1, 256), (2, 255), (4, 254), (8, 252));

    /// <summary>The published configurations for ImageNet at 32 x 32, by the number of latents: 1, 2 or 4.</summary>
    public static ImmutableSortedDictionary<int, BitSwapConfiguration> ImageNet32 { get; } = Published((1, 256), (2, 255), (4, 254));

    /// <summary>The published configurations for MNIST, padded to 32 x 32, by the number of latents: 1, 2, 4 or 8.</summary>
    public static ImmutableSortedDictionary<int, BitSwapConfiguration> Mnist { get; } = ImmutableSortedDictionary.CreateRange(
        new[] { (1, 64), (2, 63), (4, 62), (8, 61) }.Select(p => KeyValuePair.Create(p.Item1, Published(p.Item1, p.Item2, latent: 1) with { Channels = 1, Size = 32 })));

    /// <summary>The published configuration for crops of ImageNet, with 4 latents and scales of pixels that a net gives.</summary>
    public static BitSwapConfiguration ImageNetCrops { get; } = Published(4, 256, latent: 8) with { Conditional = true };

    /// <summary>Parameters of the float model.</summary>
    [JsonIgnore]
    public long ParameterCount
    {
        get
        {
            long total = 0;
            for (int level = 0; level < Levels.Length; level++)
            {
                LevelConfiguration configuration = Levels[level];
                int below = ChannelsBelow(level), latent = configuration.Latent;
                total += NetParameters(configuration.Posterior, below, latent, hasScales: true);
                total += NetParameters(configuration.Prior, latent, below, hasScales: level > 0 || Conditional || Form == ExactForm);
            }

            if (Form == ExactForm)
                return total + (2 * Levels[^1].Latent);
            return Conditional ? total : total + ((long)Channels * Size!.Value * Size.Value);
        }
    }

    /// <summary>Channels of what is below a level's latent, squeezed if it is to be.</summary>
    /// <param name="level">The level.</param>
    /// <returns>The channels.</returns>
    public int ChannelsBelow(int level) => (level == 0 ? Channels : Levels[level - 1].Latent) * (Levels[level].Squeeze ? 4 : 1);

    /// <summary>Of what is below a level's latent, the channels that the first channels of the latent are expected to be near.</summary>
    /// <param name="level">The level.</param>
    /// <returns>For each of these channels of the latent, the one below.</returns>
    public ImmutableArray<int> KeptChannels(int level)
    {
        IEnumerable<int> colors = Enumerable.Range(0, Channels);
        if (!Levels[level].Squeeze)
            return [.. colors];

        // Of each square the first pixel, then the one at the other end of the diagonal.
        return Levels[level].Base == 1 ? [.. colors.Select(c => 4 * c)] : [.. colors.Select(c => 4 * c), .. colors.Select(c => (4 * c) + 3)];
    }

    /// <summary>The channels of a level's latent that the first channels of what is below are expected to be near.</summary>
    /// <param name="level">The level.</param>
    /// <returns>For each of these channels below, the one of the latent.</returns>
    public ImmutableArray<int> CopiedChannels(int level)
    {
        IEnumerable<int> colors = Enumerable.Range(0, Channels);
        if (!Levels[level].Squeeze)
            return [.. colors, .. colors];
        int last = Levels[level].Base == 2 ? Channels : 0;
        return [.. colors.SelectMany(c => new[] { c, c, c, c + last })];
    }

    /// <summary>Reads a configuration that can be coded.</summary>
    /// <param name="json">The JSON.</param>
    /// <returns>The configuration.</returns>
    /// <exception cref="Exact.WeightsException">It is not valid.</exception>
    public static BitSwapConfiguration FromJson(string json)
    {
        BitSwapConfiguration? configuration;
        try
        {
            configuration = JsonSerializer.Deserialize(json, BitSwapJson.Default.BitSwapConfiguration);
        }
        catch (JsonException e)
        {
            throw new Exact.WeightsException($"The configuration of a chain of latents is not valid: {e.Message}", e);
        }

        if (configuration is null || configuration.Levels.IsDefaultOrEmpty)
            throw new Exact.WeightsException("The configuration of a chain of latents has no levels.");
        configuration.Validate();
        return configuration;
    }

    /// <summary>Checks that the parts fit together, and that the chain can be coded.</summary>
    /// <exception cref="Exact.WeightsException">They do not, or it cannot.</exception>
    public void Validate()
    {
        Check(Form == ExactForm, $"Its form is '{Form}'; '{ExactForm}' alone can be coded.");
        Check(Levels.Length <= MaxLevels && Channels is >= 1 and <= 4, $"It has at most {MaxLevels} levels and 4 channels.");
        Check(Color is "none" || (Color is "ycocg-r" && Channels == 3), $"The colour transform is '{Color}', with {Channels} channels.");
        int shown = 1;
        for (int i = 0; i < Levels.Length; i++)
        {
            LevelConfiguration? level = Levels[i];
            Check(level is not null && IsNet(level.Posterior) && IsNet(level.Prior), $"A net of level {i} has up to {MaxWidth} channels and {MaxLayers} layers, of odd kernels up to {Exact.GraphBuilder.MaxKernel}.");
            Check(level!.Squeeze == (shown == 1), $"Level {i} halves the sides if, and only if, the variable below shows one pixel of a square.");
            Check(level.Base == 1 || (level.Base == 2 && level.Squeeze), $"Level {i} shows {level.Base} pixels of a square.");
            Check(level.Latent >= Channels * level.Base && level.Latent <= MaxWidth, $"The latent of level {i} has {level.Latent} channels.");
            shown = level.Base;
        }

        static bool IsNet(NetConfiguration? net) =>
            net is { Width: >= 1 and <= MaxWidth, Blocks.IsDefault: false } && IsKernel(net.Entry)
            && net.Blocks.All(block => IsKernel(block.Kernel) && block.Layers is >= 0 and <= MaxLayers) && net.Blocks.Sum(block => block.Layers) <= MaxLayers;

        static bool IsKernel(int kernel) => kernel is >= 1 and <= Exact.GraphBuilder.MaxKernel && kernel % 2 == 1;

        static void Check(bool condition, string message)
        {
            if (!condition)
                throw new Exact.WeightsException($"The configuration of a chain of latents is not valid: {message}");
        }
    }

    private static ImmutableSortedDictionary<int, BitSwapConfiguration> Published(params (int Latents, int Width)[] sizes) =>
        ImmutableSortedDictionary.CreateRange(sizes.Select(size => KeyValuePair.Create(size.Latents, Published(size.Latents, size.Width, latent: 8) with { Size = 32 })));

    // In each direction eight residual layers of 3 x 3, shared out among the levels, and four of 5 x 5 next to the image.
    private static BitSwapConfiguration Published(int latents, int width, int latent)
    {
        var inner = new BlockConfiguration(3, 8 / latents);
        var outer = new BlockConfiguration(5, 4);
        var between = new NetConfiguration(width, [inner]);
        var first = new LevelConfiguration(latent, true, new(width, [outer, inner], 5), new(width, [inner, outer]));
        return new([first, .. Enumerable.Repeat(new LevelConfiguration(latent, false, between, between), latents - 1)]);
    }

    // Weights and biases; the published form has weight normalisation, whose lengths are parameters too, and no linear predictions.
    private long NetParameters(NetConfiguration net, int inputs, int outputs, bool hasScales)
    {
        long width = net.Width;
        bool isExact = Form == ExactForm;
        long Convolution(long from, long to, long kernel) => (kernel * kernel * from * to) + (isExact ? to : 2 * to);

        long total = Convolution(inputs, width, net.Entry) + net.LayerKernels.Sum(kernel => 2 * Convolution(width, width, kernel));
        total += Convolution(width, hasScales ? 2 * outputs : outputs, NetConfiguration.Kernel);
        return isExact ? total + (NetConfiguration.Kernel * NetConfiguration.Kernel * (long)inputs * outputs) : total;
    }
}

/// <summary>A block is a pair in JSON: kernel, layers.</summary>
internal sealed class BlockConverter : JsonConverter<BlockConfiguration>
{
    public override BlockConfiguration Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        Span<int> pair = stackalloc int[2];
        if (reader.TokenType != JsonTokenType.StartArray)
            throw new JsonException("A block is a pair of numbers.");
        foreach (ref int number in pair)
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.Number || !reader.TryGetInt32(out number))
                throw new JsonException("A block is a pair of numbers.");
        }

        if (!reader.Read() || reader.TokenType != JsonTokenType.EndArray)
            throw new JsonException("A block is a pair of numbers.");
        return new(pair[0], pair[1]);
    }

    public override void Write(Utf8JsonWriter writer, BlockConfiguration value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        writer.WriteNumberValue(value.Kernel);
        writer.WriteNumberValue(value.Layers);
        writer.WriteEndArray();
    }
}

/// <summary>How configurations are read from JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(BitSwapConfiguration))]
internal sealed partial class BitSwapJson : JsonSerializerContext;
