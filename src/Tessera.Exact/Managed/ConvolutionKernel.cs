namespace Tessera.Exact.Managed;

/// <summary>The inner loops of convolutions for one kind of processor. All give the same integers.</summary>
internal abstract unsafe class ConvolutionKernel
{
    /// <summary>Whether this processor can run it.</summary>
    public abstract bool IsSupported { get; }

    /// <summary>How it wants weights.</summary>
    public abstract WeightLayout Layout { get; }

    /// <summary>All kernels, the fastest first.</summary>
    public static IReadOnlyList<ConvolutionKernel> All { get; } = [new Avx512Kernel(), new Avx2Kernel(), new DotProductKernel(), new AdvSimdKernel(), new PortableKernel()];

    /// <summary>The best kernel of this processor for a number of output channels.</summary>
    public static ConvolutionKernel For(int channels) =>
        All.First(kernel => kernel.IsSupported && (kernel is not Avx512Kernel wide || WastesNothing(wide, channels)));

    /// <summary>Computes a block of channels for a row of pixels.</summary>
    /// <param name="packed">The convolution.</param>
    /// <param name="block">The block.</param>
    /// <param name="input">The first element that the row's first pixel reads.</param>
    /// <param name="inputRow">Elements from a row of the input to the next.</param>
    /// <param name="inputPixel">Elements from a pixel of the input to the next.</param>
    /// <param name="output">The first element of the block in the row's first pixel.</param>
    /// <param name="outputPixel">Elements from a pixel of the output to the next.</param>
    /// <param name="width">Pixels.</param>
    public abstract void Row(
        PackedConvolution packed, int block, short* input, int inputRow, int inputPixel, short* output, int outputPixel, int width);

    // Blocks twice as large are worth it if they are no emptier.
    private static bool WastesNothing(Avx512Kernel wide, int channels) => channels % wide.Layout.BlockChannels == 0 || channels % wide.Layout.BlockChannels > wide.Layout.BlockChannels / 2;
}
