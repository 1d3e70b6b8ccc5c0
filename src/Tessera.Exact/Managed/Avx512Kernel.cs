using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Tessera.Exact.Managed;

/// <summary>The same as <see cref="Avx2Kernel"/> with vectors twice as long: eight pixels by 32 channels at a time.</summary>
internal sealed unsafe class Avx512Kernel : ConvolutionKernel
{
    private const int BlockPixels = 8;
    private const int Lanes = 16;

    public override bool IsSupported => Avx512BW.IsSupported && Vector512.IsHardwareAccelerated;

    public override WeightLayout Layout => WeightLayout.Pairs(2 * Lanes);

    public override void Row(
        PackedConvolution packed, int block, short* input, int inputRow, int inputPixel, short* output, int outputPixel, int width)
    {
        short* weights = packed.Weights(block);
        var store = new Avx512Store(packed, block);
        int x = 0;
        for (; x <= width - BlockPixels; x += BlockPixels)
            EightPixels(packed, weights, store, input + ((nint)x * inputPixel), inputRow, inputPixel, output + ((nint)x * outputPixel), outputPixel);
        if (x == width)
            return;
        if (width >= BlockPixels)
        {
            // The last eight: some of them a second time, to the same result.
            x = width - BlockPixels;
            EightPixels(packed, weights, store, input + ((nint)x * inputPixel), inputRow, inputPixel, output + ((nint)x * outputPixel), outputPixel);
            return;
        }

        for (; x < width; x++)
            OnePixel(packed, weights, store, input + ((nint)x * inputPixel), inputRow, inputPixel, output + ((nint)x * outputPixel));
    }

    private static void EightPixels(
        PackedConvolution packed, short* weights, in Avx512Store store, short* input, int inputRow, int inputPixel, short* output, int outputPixel)
    {
        int kernel = packed.Kernel, length = packed.Inputs;
        nint one = inputPixel, two = one * 2;
        Vector512<int> a0 = store.LowerBias, a1 = store.UpperBias, b0 = a0, b1 = a1, c0 = a0, c1 = a1, d0 = a0, d1 = a1;
        Vector512<int> e0 = a0, e1 = a1, f0 = a0, f1 = a1, g0 = a0, g1 = a1, h0 = a0, h1 = a1;
        for (int ky = 0; ky < kernel; ky++, input += inputRow)
        {
            short* place = input;
            for (int kx = 0; kx < kernel; kx++, place += one)
            {
                short* pixel = place, fourth = place + one + two, seventh = fourth + one + two, end = place + length;
                for (; pixel < end; pixel += 2, fourth += 2, seventh += 2, weights += 4 * Lanes)
                {
                    Vector512<short> lower = Vector512.Load(weights), upper = Vector512.Load(weights + (2 * Lanes));
                    Vector512<short> pair = Pair(pixel);
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
                    pair = Pair(seventh);
                    g0 = MultiplyAdd(g0, pair, lower);
                    g1 = MultiplyAdd(g1, pair, upper);
                    pair = Pair(seventh + one);
                    h0 = MultiplyAdd(h0, pair, lower);
                    h1 = MultiplyAdd(h1, pair, upper);
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
        store.Write(g0, g1, output + (6 * step));
        store.Write(h0, h1, output + (7 * step));
    }

    private static void OnePixel(PackedConvolution packed, short* weights, in Avx512Store store, short* input, int inputRow, int inputPixel, short* output)
    {
        int kernel = packed.Kernel, length = packed.Inputs;
        Vector512<int> a0 = store.LowerBias, a1 = store.UpperBias;
        for (int ky = 0; ky < kernel; ky++, input += inputRow)
        {
            short* place = input;
            for (int kx = 0; kx < kernel; kx++, place += inputPixel)
            {
                for (short* pixel = place, end = place + length; pixel < end; pixel += 2, weights += 4 * Lanes)
                {
                    Vector512<short> pair = Pair(pixel);
                    a0 = MultiplyAdd(a0, pair, Vector512.Load(weights));
                    a1 = MultiplyAdd(a1, pair, Vector512.Load(weights + (2 * Lanes)));
                }
            }
        }

        store.Write(a0, a1, output);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<short> Pair(short* pixel) => Vector512.Create(*(int*)pixel).AsInt16();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> MultiplyAdd(Vector512<int> sum, Vector512<short> pair, Vector512<short> weights) =>
        sum + Avx512BW.MultiplyAddAdjacent(pair, weights);
}

/// <summary>Turns sums into results, and writes them.</summary>
internal readonly unsafe struct Avx512Store(PackedConvolution packed, int block)
{
    private const int Lanes = 16;
    private readonly Vector512<uint> _lowerShift = Vector512.Load((uint*)packed.Shifts(block));
    private readonly Vector512<uint> _upperShift = Vector512.Load((uint*)packed.Shifts(block) + Lanes);
    private readonly Vector512<short> _multiplier = Vector512.Load(packed.Multipliers(block));
    private readonly Vector512<short> _low = Vector512.Create(packed.Low);
    private readonly Vector512<short> _high = Vector512.Create(packed.High);
    private readonly int _channels = packed.Channels(block);

    public readonly Vector512<int> LowerBias = Vector512.Load(packed.Biases(block));

    public readonly Vector512<int> UpperBias = Vector512.Load(packed.Biases(block) + Lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write(Vector512<int> lower, Vector512<int> upper, short* output)
    {
        lower = Avx512F.ShiftRightArithmeticVariable(lower, _lowerShift);
        upper = Avx512F.ShiftRightArithmeticVariable(upper, _upperShift);

        // Packing takes the vectors quarter by quarter.
        Vector512<short> sums = Avx512F.PermuteVar8x64(
            Avx512BW.PackSignedSaturate(lower, upper).AsInt64(), Vector512.Create(0L, 2, 4, 6, 1, 3, 5, 7)).AsInt16();
        Vector512<short> results = Vector512.Min(Vector512.Max(Avx512BW.MultiplyHighRoundScale(sums, _multiplier), _low), _high);
        if (_channels == 2 * Lanes)
        {
            results.Store(output);
            return;
        }

        for (int c = 0; c < _channels; c++)
            output[c] = results[c];
    }
}
