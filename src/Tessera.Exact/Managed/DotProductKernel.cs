using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;

namespace Tessera.Exact.Managed;

/// <summary>
/// For Arm processors with dot products of bytes (most since Armv8.2): four pixels by sixteen channels at a time, in sixteen vectors of sums.
/// </summary>
/// <remarks>
/// Elements have 12 bits, so each is taken apart as 256 high + low, two signed bytes, and the sums are made in two passes:
/// first those of the high bytes, which are then shifted, then those of the low ones on top of them. What overflows in between comes back,
/// since the sum itself does not overflow. An instruction makes 16 products of bytes, eight of elements; <see cref="AdvSimdKernel"/>'s
/// makes four. For eight input channels of four pixels this is 64 dot products, 8 instructions that narrow and 24 loads, where that one needs
/// 128 multiplications and 24 loads; and many processors do two dot products in a cycle, but one widening multiplication. To do both
/// passes at once would take twice the vectors of sums, more than there are, or half the pixels for each load of weights.
/// </remarks>
internal sealed unsafe class DotProductKernel : ConvolutionKernel
{
    private const int BlockPixels = 4;
    private const int BlockChannels = 16;
    private const int Step = 8;

    // Weights of four input channels for four output channels.
    private const int VectorWeights = 16;

    public override bool IsSupported => Dp.Arm64.IsSupported && AdvSimd.Arm64.IsSupported;

    public override WeightLayout Layout => new(BlockChannels, 4, Step, IsBytes: true);

    public override void Row(
        PackedConvolution packed, int block, short* input, int inputRow, int inputPixel, short* output, int outputPixel, int width)
    {
        sbyte* weights = packed.ByteWeights(block);
        AdvSimdStore lower = new(packed, block, 0), upper = new(packed, block, BlockChannels / 2);
        int x = 0;
        for (; x <= width - BlockPixels; x += BlockPixels)
            FourPixels(packed, weights, lower, upper, input + ((nint)x * inputPixel), inputRow, inputPixel, output + ((nint)x * outputPixel), outputPixel);
        if (x == width)
            return;
        if (width >= BlockPixels)
        {
            // The last four: some of them a second time, to the same result.
            x = width - BlockPixels;
            FourPixels(packed, weights, lower, upper, input + ((nint)x * inputPixel), inputRow, inputPixel, output + ((nint)x * outputPixel), outputPixel);
            return;
        }

        for (; x < width; x++)
            OnePixel(packed, weights, lower, upper, input + ((nint)x * inputPixel), inputRow, inputPixel, output + ((nint)x * outputPixel));
    }

    private static void FourPixels(
        PackedConvolution packed, sbyte* weights, in AdvSimdStore lower, in AdvSimdStore upper,
        short* input, int inputRow, int inputPixel, short* output, int outputPixel)
    {
        Vector128<int> a0 = default, a1 = default, a2 = default, a3 = default, b0 = default, b1 = default, b2 = default, b3 = default;
        Vector128<int> c0 = default, c1 = default, c2 = default, c3 = default, d0 = default, d1 = default, d2 = default, d3 = default;
        int kernel = packed.Kernel, length = packed.Inputs;
        nint one = inputPixel, two = one * 2;
        sbyte* w = weights;
        short* row = input;
        for (int ky = 0; ky < kernel; ky++, row += inputRow)
        {
            short* place = row;
            for (int kx = 0; kx < kernel; kx++, place += one)
            {
                for (short* pixel = place, end = place + length; pixel < end; pixel += Step, w += Step * BlockChannels)
                {
                    Vector64<sbyte> a = High(pixel), b = High(pixel + one), c = High(pixel + two), d = High(pixel + one + two);
                    Add(ref a0, ref b0, ref c0, ref d0, Vector128.Load(w), a, b, c, d, 0);
                    Add(ref a1, ref b1, ref c1, ref d1, Vector128.Load(w + VectorWeights), a, b, c, d, 0);
                    Add(ref a2, ref b2, ref c2, ref d2, Vector128.Load(w + (2 * VectorWeights)), a, b, c, d, 0);
                    Add(ref a3, ref b3, ref c3, ref d3, Vector128.Load(w + (3 * VectorWeights)), a, b, c, d, 0);
                    Add(ref a0, ref b0, ref c0, ref d0, Vector128.Load(w + (4 * VectorWeights)), a, b, c, d, 1);
                    Add(ref a1, ref b1, ref c1, ref d1, Vector128.Load(w + (5 * VectorWeights)), a, b, c, d, 1);
                    Add(ref a2, ref b2, ref c2, ref d2, Vector128.Load(w + (6 * VectorWeights)), a, b, c, d, 1);
                    Add(ref a3, ref b3, ref c3, ref d3, Vector128.Load(w + (7 * VectorWeights)), a, b, c, d, 1);
                }
            }
        }

        a0 = (a0 << 8) + lower.LowerBias;
        a1 = (a1 << 8) + lower.UpperBias;
        a2 = (a2 << 8) + upper.LowerBias;
        a3 = (a3 << 8) + upper.UpperBias;
        b0 = (b0 << 8) + lower.LowerBias;
        b1 = (b1 << 8) + lower.UpperBias;
        b2 = (b2 << 8) + upper.LowerBias;
        b3 = (b3 << 8) + upper.UpperBias;
        c0 = (c0 << 8) + lower.LowerBias;
        c1 = (c1 << 8) + lower.UpperBias;
        c2 = (c2 << 8) + upper.LowerBias;
        c3 = (c3 << 8) + upper.UpperBias;
        d0 = (d0 << 8) + lower.LowerBias;
        d1 = (d1 << 8) + lower.UpperBias;
        d2 = (d2 << 8) + upper.LowerBias;
        d3 = (d3 << 8) + upper.UpperBias;
        w = weights;
        row = input;
        for (int ky = 0; ky < kernel; ky++, row += inputRow)
        {
            short* place = row;
            for (int kx = 0; kx < kernel; kx++, place += one)
            {
                for (short* pixel = place, end = place + length; pixel < end; pixel += Step, w += Step * BlockChannels)
                {
                    Vector64<sbyte> a = Low(pixel), b = Low(pixel + one), c = Low(pixel + two), d = Low(pixel + one + two);
                    Add(ref a0, ref b0, ref c0, ref d0, Vector128.Load(w), a, b, c, d, 0);
                    Add(ref a1, ref b1, ref c1, ref d1, Vector128.Load(w + VectorWeights), a, b, c, d, 0);
                    Add(ref a2, ref b2, ref c2, ref d2, Vector128.Load(w + (2 * VectorWeights)), a, b, c, d, 0);
                    Add(ref a3, ref b3, ref c3, ref d3, Vector128.Load(w + (3 * VectorWeights)), a, b, c, d, 0);
                    Add(ref a0, ref b0, ref c0, ref d0, Vector128.Load(w + (4 * VectorWeights)), a, b, c, d, 1);
                    Add(ref a1, ref b1, ref c1, ref d1, Vector128.Load(w + (5 * VectorWeights)), a, b, c, d, 1);
                    Add(ref a2, ref b2, ref c2, ref d2, Vector128.Load(w + (6 * VectorWeights)), a, b, c, d, 1);
                    Add(ref a3, ref b3, ref c3, ref d3, Vector128.Load(w + (7 * VectorWeights)), a, b, c, d, 1);
                }
            }
        }

        nint step = outputPixel;
        lower.Write(a0, a1, output);
        upper.Write(a2, a3, output + (BlockChannels / 2));
        output += step;
        lower.Write(b0, b1, output);
        upper.Write(b2, b3, output + (BlockChannels / 2));
        output += step;
        lower.Write(c0, c1, output);
        upper.Write(c2, c3, output + (BlockChannels / 2));
        output += step;
        lower.Write(d0, d1, output);
        upper.Write(d2, d3, output + (BlockChannels / 2));
    }

    private static void OnePixel(
        PackedConvolution packed, sbyte* weights, in AdvSimdStore lower, in AdvSimdStore upper, short* input, int inputRow, int inputPixel, short* output)
    {
        // One pass is enough for one pixel.
        Vector128<int> high0 = default, high1 = default, high2 = default, high3 = default;
        Vector128<int> low0 = lower.LowerBias, low1 = lower.UpperBias, low2 = upper.LowerBias, low3 = upper.UpperBias;
        int kernel = packed.Kernel, length = packed.Inputs;
        for (int ky = 0; ky < kernel; ky++, input += inputRow)
        {
            short* place = input;
            for (int kx = 0; kx < kernel; kx++, place += inputPixel)
            {
                for (short* pixel = place, end = place + length; pixel < end; pixel += Step, weights += Step * BlockChannels)
                {
                    Vector64<sbyte> high = High(pixel), low = Low(pixel);
                    Add(ref high0, ref low0, Vector128.Load(weights), high, low, 0);
                    Add(ref high1, ref low1, Vector128.Load(weights + VectorWeights), high, low, 0);
                    Add(ref high2, ref low2, Vector128.Load(weights + (2 * VectorWeights)), high, low, 0);
                    Add(ref high3, ref low3, Vector128.Load(weights + (3 * VectorWeights)), high, low, 0);
                    Add(ref high0, ref low0, Vector128.Load(weights + (4 * VectorWeights)), high, low, 1);
                    Add(ref high1, ref low1, Vector128.Load(weights + (5 * VectorWeights)), high, low, 1);
                    Add(ref high2, ref low2, Vector128.Load(weights + (6 * VectorWeights)), high, low, 1);
                    Add(ref high3, ref low3, Vector128.Load(weights + (7 * VectorWeights)), high, low, 1);
                }
            }
        }

        lower.Write((high0 << 8) + low0, (high1 << 8) + low1, output);
        upper.Write((high2 << 8) + low2, (high3 << 8) + low3, output + (BlockChannels / 2));
    }

    // An element is 256 times its high byte plus its low byte, both signed: (e + 128) >> 8, and the lowest eight bits. Elements beyond 12 bits,
    // which lie beyond a pixel's channels, come out wrong, and meet weights of 0.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector64<sbyte> High(short* pixel) => AdvSimd.ShiftRightLogicalRoundedNarrowingLower(Vector128.Load(pixel), 8);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector64<sbyte> Low(short* pixel) => AdvSimd.ExtractNarrowingLower(Vector128.Load(pixel));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(
        ref Vector128<int> sumA, ref Vector128<int> sumB, ref Vector128<int> sumC, ref Vector128<int> sumD,
        Vector128<sbyte> weights, Vector64<sbyte> a, Vector64<sbyte> b, Vector64<sbyte> c, Vector64<sbyte> d, [ConstantExpected(Max = (byte)1)] byte four)
    {
        sumA = Dp.DotProductBySelectedQuadruplet(sumA, weights, a, four);
        sumB = Dp.DotProductBySelectedQuadruplet(sumB, weights, b, four);
        sumC = Dp.DotProductBySelectedQuadruplet(sumC, weights, c, four);
        sumD = Dp.DotProductBySelectedQuadruplet(sumD, weights, d, four);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(
        ref Vector128<int> sumHigh, ref Vector128<int> sumLow, Vector128<sbyte> weights, Vector64<sbyte> high, Vector64<sbyte> low, [ConstantExpected(Max = (byte)1)] byte four)
    {
        sumHigh = Dp.DotProductBySelectedQuadruplet(sumHigh, weights, high, four);
        sumLow = Dp.DotProductBySelectedQuadruplet(sumLow, weights, low, four);
    }
}
