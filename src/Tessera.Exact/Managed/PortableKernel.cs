using System.Runtime.Intrinsics;

namespace Tessera.Exact.Managed;

/// <summary>One pixel by sixteen channels at a time, with what vectors every processor has, or none.</summary>
internal sealed unsafe class PortableKernel : ConvolutionKernel
{
    private const int Lanes = 4;
    private const int Vectors = 4;

    public override bool IsSupported => true;

    public override WeightLayout Layout => WeightLayout.Pairs(Vectors * Lanes);

    public override void Row(
        PackedConvolution packed, int block, short* input, int inputRow, int inputPixel, short* output, int outputPixel, int width)
    {
        for (int x = 0; x < width; x++)
            OnePixel(packed, block, input + ((nint)x * inputPixel), inputRow, inputPixel, output + ((nint)x * outputPixel));
    }

    private static void OnePixel(PackedConvolution packed, int block, short* input, int inputRow, int inputPixel, short* output)
    {
        int* biases = packed.Biases(block);
        short* weights = packed.Weights(block);
        Vector128<int> a = Vector128.Load(biases), b = Vector128.Load(biases + Lanes);
        Vector128<int> c = Vector128.Load(biases + (2 * Lanes)), d = Vector128.Load(biases + (3 * Lanes));
        for (int ky = 0; ky < packed.Kernel; ky++, input += inputRow)
        {
            short* place = input;
            for (int kx = 0; kx < packed.Kernel; kx++, place += inputPixel)
            {
                for (int i = 0; i < packed.Inputs; i += 2, weights += 2 * Vectors * Lanes)
                {
                    Vector128<int> even = Vector128.Create((int)place[i]), odd = Vector128.Create((int)place[i + 1]);
                    a += Products(even, odd, weights);
                    b += Products(even, odd, weights + (2 * Lanes));
                    c += Products(even, odd, weights + (4 * Lanes));
                    d += Products(even, odd, weights + (6 * Lanes));
                }
            }
        }

        int* sums = stackalloc int[Vectors * Lanes];
        a.Store(sums);
        b.Store(sums + Lanes);
        c.Store(sums + (2 * Lanes));
        d.Store(sums + (3 * Lanes));
        int* shifts = packed.Shifts(block);
        short* multipliers = packed.Multipliers(block);
        for (int channel = 0; channel < packed.Channels(block); channel++)
        {
            int sum = Math.Clamp(sums[channel] >> shifts[channel], short.MinValue, short.MaxValue);
            output[channel] = (short)Math.Clamp(ExactArithmetic.Scale(sum, multipliers[channel]), packed.Low, packed.High);
        }
    }

    // Each entry holds the weight of the even channel in its lower half, that of the odd channel in its upper half.
    private static Vector128<int> Products(Vector128<int> even, Vector128<int> odd, short* weights)
    {
        Vector128<int> pairs = Vector128.Load((int*)weights);
        return BitConverter.IsLittleEndian
            ? (((pairs << 16) >> 16) * even) + ((pairs >> 16) * odd)
            : ((pairs >> 16) * even) + (((pairs << 16) >> 16) * odd);
    }
}
