using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tessera.Models.IdfPlusPlus;

/// <summary>A DenseNet: layers that together add some channels to the input.</summary>
/// <param name="Depth">Layers.</param>
/// <param name="Growth">Channels that all layers together add.</param>
public sealed record NetConfiguration(int Depth, int Growth)
{
    /// <summary>How many channels each layer adds: what is left, shared out among the layers that are left, rounded down.</summary>
    public IEnumerable<int> Growths()
    {
        int left = Growth;
        for (int layers = Depth; layers > 0; layers--)
        {
            int growth = left / layers;
            left -= growth;
            yield return growth;
        }
    }
}

/// <summary>The prior of one pass of an interlaced level.</summary>
/// <param name="Stem">Features of the neighbourhood that the trunk starts from.</param>
/// <param name="Trunk">Dense layers on these, for all channels of the image.</param>
/// <param name="Detail">Features of the neighbourhood with the pass's channels that are known, for each channel but the first.</param>
/// <param name="Hidden">Features from which the second and each further channel is predicted.</param>
public sealed record PassConfiguration(int Stem, NetConfiguration Trunk, int Detail, ImmutableArray<int> Hidden);

/// <summary>A level of a flow.</summary>
/// <param name="Steps">Couplings.</param>
/// <param name="Coupling">The net of each coupling.</param>
/// <param name="Prior">
/// The net of the distribution of the half that leaves at the level's end; null at the last level, and where there are passes.
/// </param>
/// <param name="Passes">Both passes of an interlaced level; of others there are none.</param>
public sealed record LevelConfiguration(
    int Steps, NetConfiguration Coupling, NetConfiguration? Prior, ImmutableArray<PassConfiguration> Passes = default)
{
    /// <summary>Whether something leaves at the level's end.</summary>
    [JsonIgnore]
    public bool HasPrior => Prior is not null || !Passes.IsDefaultOrEmpty;
}

/// <summary>Which of a level's channels stay.</summary>
public enum ChannelSplit
{
    /// <summary>The first half, in the order in which space-to-depth leaves them.</summary>
    Natural,

    /// <summary>
    /// The levels take turns: an even level keeps the pixels at the dark squares of a chessboard, an odd level every other row of
    /// those.
    /// </summary>
    Quincunx,

    /// <summary>
    /// Of each square of pixels the first stays. The pixel at the other end of the diagonal leaves in a first pass, the two others in a
    /// second, each pass channel by channel.
    /// </summary>
    Interlaced,
}

/// <summary>
/// An integer discrete flow (van den Berg and others, "IDF++: Analyzing and improving integer discrete flows for lossless compression",
/// arXiv 2006.12459). A model's weights file holds it as JSON.
/// </summary>
/// <param name="Levels">The levels, from that of the finest resolution on.</param>
/// <param name="Channels">Channels of an image.</param>
/// <param name="Activation"><c>relu</c> or <c>swish</c>.</param>
/// <param name="Normalization"><c>group</c> or <c>none</c>.</param>
/// <param name="Rezero">Whether translations, locations and scales have a learnt factor, 0 at the start of training (rezero).</param>
/// <param name="InversePermutation">Whether channels return to their places after each coupling.</param>
/// <param name="Split">Which of a level's channels stay.</param>
/// <param name="Top">
/// The prior of what is left at the end: per <c>element</c>, which fixes the size of an image, or per <c>channel</c>.
/// </param>
/// <param name="Components">Logistic distributions that the last prior mixes.</param>
/// <param name="Size">Rows and columns of an image, if fixed.</param>
/// <param name="Padding">What convolutions see beyond an image's edges: <c>zero</c> or <c>replicate</c>.</param>
/// <param name="Color">A reversible colour transform in front: <c>none</c> or <c>ycocg-r</c>.</param>
public sealed record IdfConfiguration(
    ImmutableArray<LevelConfiguration> Levels,
    int Channels = 3,
    string Activation = "swish",
    string Normalization = "group",
    bool Rezero = true,
    bool InversePermutation = true,
    ChannelSplit Split = ChannelSplit.Natural,
    string Top = "element",
    int Components = 5,
    int? Size = null,
    string Padding = "zero",
    string Color = "none")
{
    /// <summary>The published configuration for CIFAR-10 (appendix B.2): 3 levels of 8 couplings, DenseNets of 12 layers and 512 channels.</summary>
    public static IdfConfiguration Cifar10 { get; } = Published(3, 32);

    /// <summary>The published configuration for ImageNet at 32 x 32.</summary>
    public static IdfConfiguration ImageNet32 { get; } = Published(3, 32);

    /// <summary>The published configuration for ImageNet at 64 x 64: 4 levels.</summary>
    public static IdfConfiguration ImageNet64 { get; } = Published(4, 64);

    /// <summary>What divides the sides of an image.</summary>
    [JsonIgnore]
    public int Divisor => 1 << Levels.Length;

    /// <summary>
    /// Parameters of the float model: convolutions with biases, gains and offsets of normalisations, the factors of rezero, and three
    /// numbers for each component of the last prior.
    /// </summary>
    [JsonIgnore]
    public long ParameterCount
    {
        get
        {
            long total = 0;
            for (int level = 0; level < Levels.Length; level++)
            {
                int width = Width(level);
                LevelConfiguration levelConfiguration = Levels[level];
                total += levelConfiguration.Steps * (NetParameters(levelConfiguration.Coupling, width - (width / 4), width / 4) + (Rezero ? 1 : 0));
                if (levelConfiguration.Prior is { } prior)
                    total += NetParameters(prior, width / 2, width) + (Rezero ? 2 : 0);
                if (!levelConfiguration.Passes.IsDefaultOrEmpty)
                    total += levelConfiguration.Passes.Select(PassParameters).Sum();
            }

            long positions = Top == "element" ? (long)Size!.Value / Divisor * (Size.Value / Divisor) : 1;
            return total + (3L * Components * TopWidth * positions);
        }
    }

    /// <summary>Channels of what is left at the end.</summary>
    [JsonIgnore]
    public int TopWidth => Split == ChannelSplit.Interlaced ? Channels : Width(Levels.Length - 1);

    /// <summary>In how many parts a level's channels leave, one after the other. The parts of all levels are numbered from the first level's on.</summary>
    [JsonIgnore]
    public int PartsPerLevel => Split == ChannelSplit.Interlaced ? 2 * Channels : 1;

    /// <summary>Parts that leave, at all levels together.</summary>
    [JsonIgnore]
    public int Parts => Split == ChannelSplit.Interlaced ? PartsPerLevel * Levels.Length : Levels.Length - 1;

    /// <summary>Tensors that say how a part is distributed: locations, scale levels and, with interlaced levels, corrections.</summary>
    [JsonIgnore]
    internal int DistributionTensors => Split == ChannelSplit.Interlaced ? 3 : 2;

    /// <summary>Whether what leaves are the pixels' own Y, Co and Cg.</summary>
    [JsonIgnore]
    internal bool LeavesColors => Split == ChannelSplit.Interlaced && Color == "ycocg-r" && Levels.All(level => level.Steps == 0);

    /// <summary>Channels of a level's variable: four times those that arrive, of which half go on to the next level, or a quarter.</summary>
    /// <param name="level">The level.</param>
    /// <returns>The channels.</returns>
    public int Width(int level) => Split == ChannelSplit.Interlaced ? 4 * Channels : checked(4 * Channels << level);

    /// <summary>Channels that stay at a level's end, if some leave.</summary>
    /// <param name="level">The level.</param>
    /// <returns>The channels.</returns>
    public int StayingWidth(int level) => Width(level) / (Split == ChannelSplit.Interlaced ? 4 : 2);

    /// <summary>Channels of a part that leaves.</summary>
    /// <param name="part">Its number.</param>
    /// <returns>The channels.</returns>
    public int PartWidth(int part) => Split == ChannelSplit.Interlaced ? 1 + (part % PartsPerLevel / Channels) : Width(part) / 2;

    /// <summary>Whether a part is coded by what went with the parts before it of the same pixels: their Co by Y, their Cg by both.</summary>
    /// <param name="part">Its number.</param>
    internal bool IsRecalled(int part) => LeavesColors && part % Channels > 0;

    /// <summary>The order of a level's channels before they are split: first those that stay, then those that leave.</summary>
    /// <param name="level">The level.</param>
    /// <returns>For each place, the channel.</returns>
    public ImmutableArray<int> SplitOrder(int level)
    {
        if (Split == ChannelSplit.Natural)
            return [.. Enumerable.Range(0, Width(level))];
        if (Split == ChannelSplit.Interlaced)
        {
            IEnumerable<int> channels = Enumerable.Range(0, Channels);
            return [.. channels.Select(c => 4 * c), .. channels.Select(c => (4 * c) + 3), .. channels.SelectMany(c => new[] { (4 * c) + 1, (4 * c) + 2 })];
        }

        List<(int Y, int X)> stay = [.. Enumerable.Repeat((0, 0), Channels)];
        ImmutableArray<int> order = [];
        for (int index = 0; index <= level; index++)
        {
            // Where in a block of pixels each channel's pixel is.
            int block = 1 << index, step = 1 << (index / 2);
            List<(int Y, int X)> places = [.. stay.SelectMany(p => new[] { (p.Y, p.X), (p.Y, p.X + block), (p.Y + block, p.X), (p.Y + block, p.X + block) })];
            int Leaves(int channel) => ((places[channel].Y / step) + (index % 2 == 0 ? places[channel].X / step : 0)) % 2;
            order = [.. Enumerable.Range(0, places.Count).OrderBy(Leaves)];
            stay = [.. order.Take(order.Length / 2).Select(channel => places[channel])];
        }

        return order;
    }

    /// <summary>Reads a configuration.</summary>
    /// <param name="json">The JSON.</param>
    /// <returns>The configuration.</returns>
    /// <exception cref="Exact.WeightsException">It is not valid.</exception>
    public static IdfConfiguration FromJson(string json)
    {
        IdfConfiguration? configuration;
        try
        {
            configuration = JsonSerializer.Deserialize(json, IdfJson.Default.IdfConfiguration);
        }
        catch (JsonException e)
        {
            throw new Exact.WeightsException($"The configuration of a flow is not valid: {e.Message}", e);
        }

        if (configuration is null || configuration.Levels.IsDefaultOrEmpty)
            throw new Exact.WeightsException("The configuration of a flow has no levels.");
        configuration.Validate();
        return configuration;
    }

    /// <summary>Checks that the parts fit together.</summary>
    /// <exception cref="Exact.WeightsException">They do not.</exception>
    public void Validate()
    {
        Check(Levels.Length <= 8 && Channels is >= 1 and <= 4, "It has at most 8 levels and 4 channels.");
        Check(Levels.All(l => l.Steps is >= 0 and <= 64 && IsNet(l.Coupling)), "A level has at most 64 steps, a net at most 64 layers and 4096 channels, of which each layer adds one at least.");
        if (Split == ChannelSplit.Interlaced)
            Check(Levels.All(l => l.Prior is null && !l.Passes.IsDefault && l.Passes.Length == 2 && l.Passes.All(IsPass)), "Every interlaced level has two passes, each with features for every channel.");
        else
            Check(Levels[..^1].All(l => l.Prior is { } prior && IsNet(prior)) && !Levels[^1].HasPrior, "Every level but the last has a prior.");
        Check(Activation is "relu" or "swish", $"The activation is '{Activation}'.");
        Check(Normalization is "group" or "none", $"The normalisation is '{Normalization}'.");
        Check(Padding is "zero" or "replicate", $"The padding is '{Padding}'.");
        Check(Color is "none" || (Color is "ycocg-r" && Channels == 3), $"The colour transform is '{Color}', with {Channels} channels.");
        Check(Top is "channel" || (Top is "element" && Size > 0 && Size % Divisor == 0), $"The last prior is per '{Top}', the size {Size}.");
        Check(Components is >= 1 and <= 64, $"The last prior has {Components} components.");

        bool IsPass(PassConfiguration? pass) =>
            pass is { Stem: >= 1 and <= 4096, Detail: >= 1 and <= 4096, Hidden.IsDefault: false } && IsNet(pass.Trunk)
            && pass.Hidden.Length == Channels - 1 && pass.Hidden.All(features => features is >= 1 and <= 4096);

        static bool IsNet(NetConfiguration? net) => net is { Depth: >= 0 and <= 64, Growth: >= 0 and <= 4096 } && net.Growth >= net.Depth;

        static void Check(bool condition, string message)
        {
            if (!condition)
                throw new Exact.WeightsException($"The configuration of a flow is not valid: {message}");
        }
    }

    /// <summary>Groups of a normalisation: 3, 2 or 1, the first that divides the channels (appendix B.2).</summary>
    /// <param name="channels">The channels.</param>
    /// <returns>The groups.</returns>
    public static int GroupsOf(int channels) => channels % 3 == 0 ? 3 : channels % 2 == 0 ? 2 : 1;

    private static IdfConfiguration Published(int levels, int size)
    {
        var net = new NetConfiguration(12, 512);
        return new([.. Enumerable.Range(0, levels).Select(l => new LevelConfiguration(8, net, l < levels - 1 ? net : null))], Size: size);
    }

    private long PassParameters(PassConfiguration pass, int number)
    {
        long places = 1 + number, known = places * Channels, width = pass.Stem;
        int affine = Normalization == "group" ? 2 : 0;
        long Stage(long inputs, long outputs, int taps) => (((taps * inputs) + 1 + affine) * outputs);

        long total = Stage(known, pass.Stem, 9);
        foreach (int growth in pass.Trunk.Growths())
        {
            total += Stage(width, width, 1) + Stage(width, growth, 9);
            width += growth;
        }

        total += places * ((9 * known) + (2 * ((9 * width) + 1)));
        foreach (int features in pass.Hidden)
        {
            known += places;
            total += Stage(known, pass.Detail, 9) + Stage(width + pass.Detail, features, 1) + (places * ((9 * known) + (2 * (features + 1))));
            width += features;
        }

        return total;
    }

    private long NetParameters(NetConfiguration net, int inputs, int outputs)
    {
        long total = 0, width = inputs;
        int affine = Normalization == "group" ? 2 : 0;
        foreach (int growth in net.Growths())
        {
            total += (width * width) + width + (9 * width * growth) + growth + (affine * (width + growth));
            width += growth;
        }

        return total + (9 * width * outputs) + outputs;
    }
}

/// <summary>How configurations are read from JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UseStringEnumConverter = true)]
[JsonSerializable(typeof(IdfConfiguration))]
internal sealed partial class IdfJson : JsonSerializerContext;
