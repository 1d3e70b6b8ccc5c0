using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Tessera.Exact.Managed;

/// <summary>
/// Six pixels by sixteen channels at a time, in twelve vectors of sums. Each step multiplies a pair of input channels of a pixel, repeated
/// over a vector, with the pairs of weights of eight output channels, and adds the two products.
/// </summary>
internal sealed unsafe class Avx2Kernel : ConvolutionKernel
{
    private const int BlockPixels = 6;
    private const int Lanes = 8;

    public override bool IsSupported => Avx2.IsSupported;

    public override WeightLayout Layout => WeightLayout.Pairs(2 * Lanes);

    public override void Row(
        PackedConvolution packed, int block, short* input, int inputRow, int inputPixel, short* output, int outputPixel, int width)
    {
        short* weights = packed.Weights(block);
        var store = new Avx2Store(packed, block);
        int x = 0;
        for (; x <= width - BlockPixels; x += BlockPixels)
            SixPixels(packed, weights, store, input + ((nint)x * inputPixel), inputRow, inputPixel, output + ((nint)x * outputPixel), outputPixel);
        if (x == width)
            return;
        if (width >= BlockPixels)
        {
            // The last six: some of them a second time, to the same result.
            x = width - BlockPixels;
            SixPixels(packed, weights, store, input + ((nint)x * inputPixel), inputRow, inputPixel, output + ((nint)x * outputPixel), outputPixel);
            return;
        }

        for (; x < width; x++)
            OnePixel(packed, weights, store, input + ((nint)x * inputPixel), inputRow, inputPixel, output + ((nint)x * outputPixel));
    }

    private static void SixPixels(
        PackedConvolution packed, short* weights, in Avx2Store store, short* input, int inputRow, int inputPixel, short* output, int outputPixel)
    {
        int kernel = packed.Kernel, length = packed.Inputs;
        nint one = inputPixel, two = one * 2;
        Vector256<int> a0 = store.LowerBias, a1 = store.UpperBias, b0 = a0, b1 = a1, c0 = a0, c1 = a1, d0 = a0, d1 = a1, e0 = a0, e1 = a1, f0 = a0, f1 = a1;
        for (int ky = 0; ky < kernel; ky++, input += inputRow)
        {
            short* place = input;
            for (int kx = 0; kx < kernel; kx++, place += one)
            {
                short* pixel = place, fourth = place + one + two, end = place + length;
                for (; pixel < end; pixel += 2, fourth += 2, weights += 4 * Lanes)
                {
                    Vector256<short> lower = Vector256.Load(weights), upper = Vector256.Load(weights + (2 * Lanes));
                    Vector256<short> pair = Pair(pixel);
                    a0 = MultiplyAdd(a0, pair, lower);
                    a1 = MultiplyAdd(a1, pair, upper);
                    pair = Pair(pixel + one);
                    b0 = MultiplyAdd(b0, pair, lower);
                    b1 = MultiplyAdd(b1, pair, upper);
                    pair = Pair(pixel + two);
                    c0 = MultiplyAdd(c0, pair, lower);
                    c1 = MultiplyAdd(c1, pair, upper);
                    pair = Pair(fourth);
                    d0 = MultiplyAdd(d0, pair, lower);
                    d1 = MultiplyAdd(d1, pair, upper);
                    pair = Pair(fourth + one);
                    e0 = MultiplyAdd(e0, pair, lower);
                    e1 = MultiplyAdd(e1, pair, upper);
                    pair = Pair(fourth + two);
                    f0 = MultiplyAdd(f0, pair, lower);
                    f1 = MultiplyAdd(f1, pair, upper);
                }
            }
        }

        nint step = outputPixel;
        store.Write(a0, a1, output);
        store.Write(b0, b1, output + step);
        store.Write(c0, c1, output + (2 * step));
        store.Write(d0, d1, output + (3 * step));
        store.Write(e0, e1, output + (4 * step));
        store.Write(f0, f1, output + (5 * step));
    }

    private static void OnePixel(PackedConvolution packed, short* weights, in Avx2Store store, short* input, int inputRow, int inputPixel, short* output)
    {
        int kernel = packed.Kernel, length = packed.Inputs;
        Vector256<int> a0 = store.LowerBias, a1 = store.UpperBias;
        for (int ky = 0; ky < kernel; ky++, input += inputRow)
        {
            short* place = input;
            for (int kx = 0; kx < kernel; kx++, place += inputPixel)
            {
                for (short* pixel = place, end = place + length; pixel < end; pixel += 2, weights += 4 * Lanes)
                {
                    Vector256<short> pair = Pair(pixel);
                    a0 = MultiplyAdd(a0, pair, Vector256.Load(weights));
                    a1 = MultiplyAdd(a1, pair, Vector256.Load(weights + (2 * Lanes)));
                }
            }
        }

        store.Write(a0, a1, output);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<short> Pair(short* pixel) => Vector256.Create(*(int*)pixel).AsInt16();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> MultiplyAdd(Vector256<int> sum, Vector256<short> pair, Vector256<short> weights) =>
        AvxVnni.IsSupported ? AvxVnni.MultiplyWideningAndAdd(sum, pair, weights) : sum + Avx2.MultiplyAddAdjacent(pair, weights);
}

/// <summary>Turns sums into results, and writes them.</summary>
internal readonly unsafe struct Avx2Store(PackedConvolution packed, int block)
{
    private const int Lanes = 8;
    private readonly Vector256<uint> _lowerShift = Vector256.Load((uint*)packed.Shifts(block));
    private readonly Vector256<uint> _upperShift = Vector256.Load((uint*)packed.Shifts(block) + Lanes);
    private readonly Vector256<short> _multiplier = Vector256.Load(packed.Multipliers(block));
    private readonly Vector256<short> _low = Vector256.Create(packed.Low);
    private readonly Vector256<short> _high = Vector256.Create(packed.High);
    private readonly int _channels = packed.Channels(block);

    public readonly Vector256<int> LowerBias = Vector256.Load(packed.Biases(block));

    public readonly Vector256<int> UpperBias = Vector256.Load(packed.Biases(block) + Lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write(Vector256<int> lower, Vector256<int> upper, short* output)
    {
        lower = Avx2.ShiftRightArithmeticVariable(lower, _lowerShift);
        upper = Avx2.ShiftRightArithmeticVariable(upper, _upperShift);

        // Packing takes the vectors half by half.
        Vector256<short> sums = Avx2.Permute4x64(Avx2.PackSignedSaturate(lower, upper).AsInt64(), 0b11_01_10_00).AsInt16();
        Vector256<short> results = Vector256.Min(Vector256.Max(Avx2.MultiplyHighRoundScale(sums, _multiplier), _low), _high);
        if (_channels == 2 * Lanes)
        {
            results.Store(output);
            return;
        }

        for (int c = 0; c < _channels; c++)
            output[c] = results[c];
    }
}
