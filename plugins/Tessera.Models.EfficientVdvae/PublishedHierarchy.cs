using System.Collections.Immutable;

namespace Tessera.Models.EfficientVdvae;

/// <summary>The blocks that work at one resolution, in both directions.</summary>
/// <param name="Blocks">Bottom-up blocks; as many top-down blocks have a skip connection of their own.</param>
/// <param name="Width">Channels, also of the skip connections.</param>
/// <param name="Ratio">Channels inside a cell, as a share of those that it reads.</param>
/// <param name="Stride">
/// How many times fewer rows and columns the next resolution has: the last bottom-up block pools, the first top-down block unpools. 1 at the top.
/// </param>
/// <param name="Kernel">Rows and columns of the convolutions inside a cell.</param>
/// <param name="Repeats">Further top-down blocks, which use another block's skip connection again.</param>
/// <param name="RepeatedBlock">Which one's: the number of a block in top-down order.</param>
public sealed record PublishedResolution(int Blocks, int Width, double Ratio, int Stride, int Kernel, int Repeats, int RepeatedBlock)
{
    /// <summary>Top-down blocks, each with a latent.</summary>
    public int TopDownBlocks => Blocks + Repeats;
}

/// <summary>
/// A hierarchy of latents as it was published (L. Hazami, R. Mama, R. Thurairatnam, "Efficient-VDVAE: Less is more", arXiv 2203.13751, and its
/// authors' code): this library can count it, and not code. <c>spec/evdvae.md</c>, section 6, says what is coded instead, and why.
/// </summary>
/// <param name="Resolutions">The resolutions, the image's first.</param>
/// <param name="Latent">Channels of each block's latent.</param>
/// <param name="Mixtures">Components of a pixel's mixture.</param>
public sealed record PublishedHierarchy(ImmutableArray<PublishedResolution> Resolutions, int Latent, int Mixtures = 10)
{
    // Convolutions inside a cell, between those of 1 x 1 at its ends.
    private const int InnerConvolutions = 2;
    private const int Colors = 3;

    // Outputs for each component: its logit, and of each colour mean, scale, and coefficient of coupling.
    private const int OutputsPerComponent = 1 + (3 * Colors);

    private static readonly double[] Quarters = [.. Enumerable.Repeat(0.25, 6)];

    private static readonly Sizes Cifar10 = new([12, 7, 7, 4, 3], new() { [0] = (1, 10), [1] = (1, 4) });
    private static readonly Sizes ImageNet32 = new([16, 10, 9, 7, 6], new() { [1] = (0, 15), [2] = (0, 10) });
    private static readonly Sizes ImageNet64 = new([5, 16, 10, 9, 7, 6], new() { [0] = (0, 6), [2] = (0, 15), [3] = (0, 10) });

    /// <summary>C1 for CIFAR-10.</summary>
    public static PublishedHierarchy Cifar10C1 { get; } = Create(Cifar10, [48, 96, 192, 384, 384], [1, 0.5, .. Quarters[..3]], latent: 16);

    /// <summary>For CIFAR-10, what the authors' code calls the equivalent of C2.</summary>
    public static PublishedHierarchy Cifar10Base { get; } = Create(Cifar10, [384, 384, 384, 384, 384], Quarters[..5], latent: 32);

    /// <summary>C1 for ImageNet at 32 x 32.</summary>
    public static PublishedHierarchy ImageNet32C1 { get; } = Create(ImageNet32, [64, 128, 256, 512, 512], [1, 0.5, .. Quarters[..3]], latent: 48);

    /// <summary>For ImageNet at 32 x 32, what the authors' code calls the equivalent of C2.</summary>
    public static PublishedHierarchy ImageNet32Base { get; } = Create(ImageNet32, [512, 512, 512, 512, 512], Quarters[..5], latent: 32);

    /// <summary>C1 for ImageNet at 64 x 64.</summary>
    public static PublishedHierarchy ImageNet64C1 { get; } = Create(ImageNet64, [64, 64, 256, 256, 512, 512], [1, 0.5, .. Quarters[..4]], latent: 64);

    /// <summary>C2 for ImageNet at 64 x 64.</summary>
    public static PublishedHierarchy ImageNet64C2 { get; } = Create(ImageNet64, [512, 512, 512, 512, 512, 512], Quarters, latent: 32);

    /// <summary>Rows and columns of an image: what unpooling adds is learnt for each place.</summary>
    public int Size => Resolutions.Aggregate(1, (product, resolution) => product * resolution.Stride);

    /// <summary>Bottom-up blocks.</summary>
    public int BottomUpBlocks => Resolutions.Sum(resolution => resolution.Blocks);

    /// <summary>Top-down blocks, each with a latent.</summary>
    public int TopDownBlocks => Resolutions.Sum(resolution => resolution.TopDownBlocks);

    /// <summary>How many numbers the latents of an image are.</summary>
    public long LatentCount => Resolutions.Select((resolution, i) => (long)Latent * resolution.TopDownBlocks * Side(i) * Side(i)).Sum();

    /// <summary>Parameters of the bottom-up path.</summary>
    public long BottomUpParameterCount => Convolution(Colors, Resolutions[0].Width) + Resolutions.Select((_, i) => BottomUp(i)).Sum();

    /// <summary>Parameters of the top-down path, with those of <see cref="UnpoolParameterCount"/>.</summary>
    public long TopDownParameterCount =>
        Resolutions[^1].Width + Resolutions.Select((_, i) => TopDown(i)).Sum() + Convolution(Resolutions[0].Width, OutputsPerComponent * Mixtures)
        + UnpoolParameterCount;

    /// <summary>Parameters that unpooling adds to values, one for each place and channel.</summary>
    public long UnpoolParameterCount => Resolutions.Take(Resolutions.Length - 1).Select((resolution, i) => (long)resolution.Width * Side(i) * Side(i)).Sum();

    /// <summary>Parameters of the float model.</summary>
    public long ParameterCount => BottomUpParameterCount + TopDownParameterCount;

    private static PublishedHierarchy Create(Sizes sizes, int[] widths, double[] ratios, int latent)
    {
        // From the image's resolution to 1 x 1, which pooling by 4 reaches and whose kernels are 1 x 1.
        int top = sizes.Blocks.Length - 1;
        return new([.. sizes.Blocks.Select(Resolution)], latent);

        PublishedResolution Resolution(int blocks, int i)
        {
            (int repeated, int repeats) = sizes.Repeats.GetValueOrDefault(i);
            int stride = i == top ? 1 : i == top - 1 ? 4 : 2;
            return new(blocks, widths[i], ratios[i], stride, i == top ? 1 : 3, repeats, repeated);
        }
    }

    // Rows and columns of a resolution.
    private int Side(int index) => Resolutions.Skip(index).Aggregate(1, (product, resolution) => product * resolution.Stride);

    private long BottomUp(int index)
    {
        (PublishedResolution own, int width) = (Resolutions[index], Resolutions[index].Width);
        long block = Cell(width, own.Ratio, own.Kernel, width) + Convolution(width, width);
        long pool = index + 1 < Resolutions.Length ? Convolution(width, Resolutions[index + 1].Width, own.Stride) : 0;
        return (own.Blocks * block) + pool;
    }

    private long TopDown(int index)
    {
        (PublishedResolution own, int width) = (Resolutions[index], Resolutions[index].Width);
        long prior = Cell(width, own.Ratio, own.Kernel, 2 * width) + Convolution(width, 2 * Latent);
        long posterior = Cell(2 * width, own.Ratio / 2, own.Kernel, width) + Convolution(width, 2 * Latent);
        long merge = Convolution(Latent, width) + Cell(width, own.Ratio, own.Kernel, width);
        long unpool = index + 1 < Resolutions.Length ? Convolution(Resolutions[index + 1].Width, width) : 0;
        return (own.TopDownBlocks * (prior + posterior + merge)) + unpool;
    }

    // A bottleneck.
    private static long Cell(int inputs, double ratio, int kernel, int outputs)
    {
        int inner = (int)(inputs * ratio);
        return Convolution(inputs, inner) + (InnerConvolutions * Convolution(inner, inner, kernel)) + Convolution(inner, outputs);
    }

    private static long Convolution(long inputs, long outputs, long kernel = 1) => (kernel * kernel * inputs * outputs) + outputs;

    /// <summary>Blocks of each resolution, and for some which one's skip connection is used again, and how often.</summary>
    private sealed record Sizes(int[] Blocks, Dictionary<int, (int Repeated, int Repeats)> Repeats);
}
