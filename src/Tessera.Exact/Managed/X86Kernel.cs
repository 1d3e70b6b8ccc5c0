using System.Runtime.CompilerServices;

namespace Tessera.Exact.Managed;

/// <summary>
/// Six or eight pixels by two vectors of channels at a time, in twice as many vectors of sums. Each step multiplies a pair of input channels of
/// a pixel, repeated over a vector, with the pairs of weights of as many output channels, and adds the two products.
/// </summary>
/// <typeparam name="TVectors">The vectors.</typeparam>
/// <typeparam name="TInt">One of 32-bit integers.</typeparam>
/// <typeparam name="TShort">One of 16-bit integers.</typeparam>
internal abstract unsafe class X86Kernel<TVectors, TInt, TShort> : ConvolutionKernel
    where TVectors : struct, IX86Vectors<TInt, TShort>
    where TInt : struct
    where TShort : struct
{
    public override bool IsSupported => TVectors.IsSupported;

    public override WeightLayout Layout => WeightLayout.Pairs(2 * TVectors.Lanes);

    public override void Row(
        PackedConvolution packed, int block, short* input, int inputRow, int inputPixel, short* output, int outputPixel, int width)
    {
        short* weights = packed.Weights(block);
        var store = new ResultStore(packed, block);
        int pixels = TVectors.BlockPixels, x = 0;
        for (; x <= width - pixels; x += pixels)
            Pixels(packed, weights, store, input + ((nint)x * inputPixel), inputRow, inputPixel, output + ((nint)x * outputPixel), outputPixel);
        if (x == width)
            return;
        if (width >= pixels)
        {
            // The last ones: some of them a second time, to the same result.
            x = width - pixels;
            Pixels(packed, weights, store, input + ((nint)x * inputPixel), inputRow, inputPixel, output + ((nint)x * outputPixel), outputPixel);
            return;
        }

        for (; x < width; x++)
            OnePixel(packed, weights, store, input + ((nint)x * inputPixel), inputRow, inputPixel, output + ((nint)x * outputPixel));
    }

    // The compiler knows the number of pixels: where it is six, nothing is left of the last two.
    private static void Pixels(
        PackedConvolution packed, short* weights, in ResultStore store, short* input, int inputRow, int inputPixel, short* output, int outputPixel)
    {
        int kernel = packed.Kernel, length = packed.Inputs, lanes = TVectors.Lanes;
        nint one = inputPixel, two = one * 2;
        TInt a0 = store.LowerBias, a1 = store.UpperBias, b0 = a0, b1 = a1, c0 = a0, c1 = a1, d0 = a0, d1 = a1;
        TInt e0 = a0, e1 = a1, f0 = a0, f1 = a1, g0 = a0, g1 = a1, h0 = a0, h1 = a1;
        for (int ky = 0; ky < kernel; ky++, input += inputRow)
        {
            short* place = input;
            for (int kx = 0; kx < kernel; kx++, place += one)
            {
                short* pixel = place, fourth = place + one + two, seventh = fourth + one + two, end = place + length;
                for (; pixel < end; pixel += 2, fourth += 2, seventh += 2, weights += 4 * lanes)
                {
                    TShort lower = TVectors.Load(weights), upper = TVectors.Load(weights + (2 * lanes));
                    TShort pair = TVectors.LoadPair(pixel);
                    TVectors.MultiplyAdd(ref a0, ref a1, pair, lower, upper);
                    pair = TVectors.LoadPair(pixel + one);
                    TVectors.MultiplyAdd(ref b0, ref b1, pair, lower, upper);
                    pair = TVectors.LoadPair(pixel + two);
                    TVectors.MultiplyAdd(ref c0, ref c1, pair, lower, upper);
                    pair = TVectors.LoadPair(fourth);
                    TVectors.MultiplyAdd(ref d0, ref d1, pair, lower, upper);
                    pair = TVectors.LoadPair(fourth + one);
                    TVectors.MultiplyAdd(ref e0, ref e1, pair, lower, upper);
                    pair = TVectors.LoadPair(fourth + two);
                    TVectors.MultiplyAdd(ref f0, ref f1, pair, lower, upper);
                    if (TVectors.BlockPixels == 8)
                    {
                        pair = TVectors.LoadPair(seventh);
                        TVectors.MultiplyAdd(ref g0, ref g1, pair, lower, upper);
                        pair = TVectors.LoadPair(seventh + one);
                        TVectors.MultiplyAdd(ref h0, ref h1, pair, lower, upper);
                    }
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
        if (TVectors.BlockPixels == 8)
        {
            store.Write(g0, g1, output + (6 * step));
            store.Write(h0, h1, output + (7 * step));
        }
    }

    private static void OnePixel(PackedConvolution packed, short* weights, in ResultStore store, short* input, int inputRow, int inputPixel, short* output)
    {
        int kernel = packed.Kernel, length = packed.Inputs, lanes = TVectors.Lanes;
        TInt a0 = store.LowerBias, a1 = store.UpperBias;
        for (int ky = 0; ky < kernel; ky++, input += inputRow)
        {
            short* place = input;
            for (int kx = 0; kx < kernel; kx++, place += inputPixel)
            {
                for (short* pixel = place, end = place + length; pixel < end; pixel += 2, weights += 4 * lanes)
                {
                    TVectors.MultiplyAdd(ref a0, ref a1, TVectors.LoadPair(pixel), TVectors.Load(weights), TVectors.Load(weights + (2 * lanes)));
                }
            }
        }

        store.Write(a0, a1, output);
    }

    /// <summary>Turns sums into results, and writes them.</summary>
    private readonly struct ResultStore(PackedConvolution packed, int block)
    {
        private readonly TInt _lowerShift = TVectors.Load(packed.Shifts(block));
        private readonly TInt _upperShift = TVectors.Load(packed.Shifts(block) + TVectors.Lanes);
        private readonly TShort _multiplier = TVectors.Load(packed.Multipliers(block));
        private readonly TShort _low = TVectors.Repeat(packed.Low);
        private readonly TShort _high = TVectors.Repeat(packed.High);
        private readonly int _channels = packed.Channels(block);

        public readonly TInt LowerBias = TVectors.Load(packed.Biases(block));

        public readonly TInt UpperBias = TVectors.Load(packed.Biases(block) + TVectors.Lanes);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Write(TInt lower, TInt upper, short* output)
        {
            TShort sums = TVectors.Pack(TVectors.Shift(lower, _lowerShift), TVectors.Shift(upper, _upperShift));
            TVectors.Store(TVectors.Clamp(TVectors.Scale(sums, _multiplier), _low, _high), output, _channels);
        }
    }
}
