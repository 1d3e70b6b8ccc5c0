using System.Collections.Immutable;

namespace Tessera.Models.DenseFlow;

/// <summary>The units that work at one resolution.</summary>
/// <param name="Units">Units; in front of each but the first, channels of noise are added.</param>
/// <param name="Modules">Modules of each unit: normalisation, 1 x 1 convolution, coupling, exchange of halves.</param>
public sealed record PublishedBlock(int Units, int Modules);

/// <summary>
/// A DenseFlow as it was published (M. Grcić, I. Grubišić, S. Šegvić, "Densely connected normalizing flows", arXiv 2106.04627, and its authors'
/// code): this library can count it. <c>spec/denseflow.md</c> says how such a flow is coded.
/// </summary>
/// <param name="Blocks">
/// The blocks, the image's resolution first. Every one begins with squares as channels, and every one but the first with half of these.
/// </param>
/// <param name="Growth">Channels of noise that are added in front of a unit.</param>
public sealed record PublishedDenseFlow(ImmutableArray<PublishedBlock> Blocks, int Growth)
{
    private const int Colors = 3;
    private const int Square = 4;

    // Inside a coupling: channels of what both branches read, layers of the dense branch and what each adds, channels of the attention's head.
    private const int Inner = 48;
    private const int DenseLayers = 7;
    private const int DenseGrowth = 64;
    private const int Head = 24;

    // The dequantiser: channels of what it knows of the image, layers of its dense blocks, what each adds for that and in a coupling; couplings.
    private const int Context = 64;
    private const int ContextLayers = 4;
    private const int ContextGrowth = 16;
    private const int CouplingGrowth = 64;
    private const int DequantizerCouplings = 4;

    /// <summary>The model of the paper's results.</summary>
    public static PublishedDenseFlow DenseFlow74x10 { get; } = new([new(6, 5), new(4, 6), new(1, 20)], Growth: 10);

    /// <summary>The model of the paper's ablations.</summary>
    public static PublishedDenseFlow DenseFlow45x6 { get; } = new([new(5, 3), new(3, 5), new(1, 15)], Growth: 6);

    /// <summary>Modules in all, the first number of the name.</summary>
    public int ModuleCount => Blocks.Sum(block => block.Units * block.Modules);

    /// <summary>Channels of each unit, by block.</summary>
    public ImmutableArray<ImmutableArray<int>> UnitChannels
    {
        get
        {
            var all = ImmutableArray.CreateBuilder<ImmutableArray<int>>(Blocks.Length);
            int channels = Colors * Square;
            foreach (PublishedBlock block in Blocks)
            {
                all.Add([.. Enumerable.Range(0, block.Units).Select(unit => channels + (unit * Growth))]);
                channels = all[^1][^1] * Square / 2;
            }

            return all.MoveToImmutable();
        }
    }

    /// <summary>Parameters of the dequantiser.</summary>
    public static long DequantizerParameterCount
    {
        get
        {
            const int channels = Colors * Square;
            long context = DenseBlock(Colors, ContextLayers, ContextGrowth, Context) + Convolution(Context, Context, 2)
                + DenseBlock(Context, ContextLayers, ContextGrowth, Context);
            long coupling = Convolution((channels / 2) + Context, Context) + DenseBlock(Context, ContextLayers, CouplingGrowth, Context)
                + Convolution(Context, channels);
            return context + (DequantizerCouplings * coupling) + ((DequantizerCouplings + 1) * channels * channels) + (2 * channels);
        }
    }

    /// <summary>Parameters of the nets that give the noise its distribution, in all blocks.</summary>
    public long NoiseParameterCount => UnitChannels.Sum(units => NoiseInputs(units).Sum(NoiseNet));

    /// <summary>Parameters of the float model, the dequantiser and the base included.</summary>
    public long ParameterCount =>
        DequantizerParameterCount + NoiseParameterCount + Blocks.Zip(UnitChannels, (block, units) => block.Modules * units.Sum(Module)).Sum()
        + (2 * UnitChannels[^1][^1]);

    /// <summary>How many numbers are pushed for an image, of so many rows and columns: those left out, and those of the base.</summary>
    /// <param name="side">Rows and columns, a multiple of 2 for each block.</param>
    public long PushedCount(int side) => Elements(side).Select((count, i) => i < Blocks.Length - 1 ? count / 2 : count).Sum();

    /// <summary>How many numbers of noise are popped for an image, the dequantiser's not counted.</summary>
    /// <param name="side">Rows and columns, a multiple of 2 for each block.</param>
    public long NoiseCount(int side) => Blocks.Select((block, i) => (block.Units - 1L) * Growth * Places(side, i)).Sum();

    /// <summary>Parameters of a module that works on so many channels.</summary>
    /// <param name="channels">The channels, an even number.</param>
    public static long Module(int channels) => (2 * channels) + ((long)channels * channels) + Coupling(channels);

    /// <summary>Parameters of a net that gives noise its distribution.</summary>
    /// <param name="inputs">Channels that it sees.</param>
    public long NoiseNet(int inputs) => Convolution(inputs, 4 * inputs, 3) + Convolution(4 * inputs, 2 * Growth);

    private static long Coupling(int channels)
    {
        long dense = DenseBlock(Inner, DenseLayers, DenseGrowth, Inner);
        long attention = Convolution(Inner, 3 * Head) + Convolution(Head, Inner);
        long mix = (2 * 2 * Inner) + (2 * Inner * Inner);
        return Convolution(channels / 2, Inner) + dense + attention + mix + Convolution(Inner, channels);
    }

    // Each layer is 1 x 1, then 3 x 3, and sees all before it; the last convolution gives what is added, what is gated, and gates.
    private static long DenseBlock(int inputs, int layers, int growth, int outputs)
    {
        IEnumerable<int> widths = Enumerable.Range(0, layers).Select(layer => inputs + (layer * growth));
        return widths.Sum(width => Convolution(width, width) + Convolution(width, growth, 3)) + Convolution(inputs + (layers * growth), 3 * outputs);
    }

    // What the units before were given, without the noise that was added to it, and without what the unit itself is given.
    private static IEnumerable<int> NoiseInputs(ImmutableArray<int> units)
    {
        int given = 0;
        for (int unit = 1; unit < units.Length; unit++)
        {
            given += units[Math.Max(0, unit - 2)];
            yield return given;
        }
    }

    private static long Convolution(long inputs, long outputs, long kernel = 1) => (kernel * kernel * inputs * outputs) + outputs;

    private static long Places(int side, int block) => (long)(side >> (block + 1)) * (side >> (block + 1));

    private IEnumerable<long> Elements(int side)
    {
        // Of a block what leaves it, made of squares for the next one.
        ImmutableArray<ImmutableArray<int>> units = UnitChannels;
        return units.Select((channels, i) => channels[^1] * Places(side, i));
    }
}
