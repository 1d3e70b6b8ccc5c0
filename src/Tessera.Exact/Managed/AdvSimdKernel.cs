using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;

namespace Tessera.Exact.Managed;

/// <summary>
/// For every 64-bit Arm processor: eight pixels by eight channels at a time, in sixteen vectors of sums. Each instruction multiplies the
/// weights of four output channels with an element of a pixel, which it takes out of a vector of four input channels, and adds the products.
/// </summary>
internal sealed unsafe class AdvSimdKernel : ConvolutionKernel
{
    private const int BlockPixels = 8;
    private const int Lanes = 8;
    private const int Step = 4;

    public override bool IsSupported => AdvSimd.Arm64.IsSupported;

    public override WeightLayout Layout => new(Lanes, 1, Step);

    public override void Row(
        PackedConvolution packed, int block, short* input, int inputRow, int inputPixel, short* output, int outputPixel, int width)
    {
        short* weights = packed.Weights(block);
        var store = new AdvSimdStore(packed, block, 0);
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
        PackedConvolution packed, short* weights, in AdvSimdStore store, short* input, int inputRow, int inputPixel, short* output, int outputPixel)
    {
        int kernel = packed.Kernel, length = packed.Inputs;
        nint one = inputPixel, two = one * 2;
        Vector128<int> a0 = store.LowerBias, a1 = store.UpperBias, b0 = a0, b1 = a1, c0 = a0, c1 = a1, d0 = a0, d1 = a1;
        Vector128<int> e0 = a0, e1 = a1, f0 = a0, f1 = a1, g0 = a0, g1 = a1, h0 = a0, h1 = a1;
        for (int ky = 0; ky < kernel; ky++, input += inputRow)
        {
            short* place = input;
            for (int kx = 0; kx < kernel; kx++, place += one)
            {
                short* pixel = place, fourth = place + one + two, seventh = fourth + one + two, end = place + length;
                for (; pixel < end; pixel += Step, fourth += Step, seventh += Step, weights += Step * Lanes)
                {
                    Vector64<short> a = Vector64.Load(pixel), b = Vector64.Load(pixel + one), c = Vector64.Load(pixel + two);
                    Vector64<short> d = Vector64.Load(fourth), e = Vector64.Load(fourth + one), f = Vector64.Load(fourth + two);
                    Vector64<short> g = Vector64.Load(seventh), h = Vector64.Load(seventh + one);
                    Vector128<short> w = Vector128.Load(weights);
                    Add(ref a0, ref a1, w, a, 0);
                    Add(ref b0, ref b1, w, b, 0);
                    Add(ref c0, ref c1, w, c, 0);
                    Add(ref d0, ref d1, w, d, 0);
                    Add(ref e0, ref e1, w, e, 0);
                    Add(ref f0, ref f1, w, f, 0);
                    Add(ref g0, ref g1, w, g, 0);
                    Add(ref h0, ref h1, w, h, 0);
                    w = Vector128.Load(weights + Lanes);
                    Add(ref a0, ref a1, w, a, 1);
                    Add(ref b0, ref b1, w, b, 1);
                    Add(ref c0, ref c1, w, c, 1);
                    Add(ref d0, ref d1, w, d, 1);
                    Add(ref e0, ref e1, w, e, 1);
                    Add(ref f0, ref f1, w, f, 1);
                    Add(ref g0, ref g1, w, g, 1);
                    Add(ref h0, ref h1, w, h, 1);
                    w = Vector128.Load(weights + (2 * Lanes));
                    Add(ref a0, ref a1, w, a, 2);
                    Add(ref b0, ref b1, w, b, 2);
                    Add(ref c0, ref c1, w, c, 2);
                    Add(ref d0, ref d1, w, d, 2);
                    Add(ref e0, ref e1, w, e, 2);
                    Add(ref f0, ref f1, w, f, 2);
                    Add(ref g0, ref g1, w, g, 2);
                    Add(ref h0, ref h1, w, h, 2);
                    w = Vector128.Load(weights + (3 * Lanes));
                    Add(ref a0, ref a1, w, a, 3);
                    Add(ref b0, ref b1, w, b, 3);
                    Add(ref c0, ref c1, w, c, 3);
                    Add(ref d0, ref d1, w, d, 3);
                    Add(ref e0, ref e1, w, e, 3);
                    Add(ref f0, ref f1, w, f, 3);
                    Add(ref g0, ref g1, w, g, 3);
                    Add(ref h0, ref h1, w, h, 3);
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

    private static void OnePixel(PackedConvolution packed, short* weights, in AdvSimdStore store, short* input, int inputRow, int inputPixel, short* output)
    {
        int kernel = packed.Kernel, length = packed.Inputs;
        Vector128<int> a0 = store.LowerBias, a1 = store.UpperBias;
        for (int ky = 0; ky < kernel; ky++, input += inputRow)
        {
            short* place = input;
            for (int kx = 0; kx < kernel; kx++, place += inputPixel)
            {
                for (short* pixel = place, end = place + length; pixel < end; pixel += Step, weights += Step * Lanes)
                {
                    Vector64<short> a = Vector64.Load(pixel);
                    Add(ref a0, ref a1, Vector128.Load(weights), a, 0);
                    Add(ref a0, ref a1, Vector128.Load(weights + Lanes), a, 1);
                    Add(ref a0, ref a1, Vector128.Load(weights + (2 * Lanes)), a, 2);
                    Add(ref a0, ref a1, Vector128.Load(weights + (3 * Lanes)), a, 3);
                }
            }
        }

        store.Write(a0, a1, output);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(
        ref Vector128<int> lower, ref Vector128<int> upper, Vector128<short> weights, Vector64<short> pixel, [ConstantExpected(Max = (byte)3)] byte channel)
    {
        lower = AdvSimd.MultiplyBySelectedScalarWideningLowerAndAdd(lower, weights.GetLower(), pixel, channel);
        upper = AdvSimd.MultiplyBySelectedScalarWideningUpperAndAdd(upper, weights, pixel, channel);
    }
}
