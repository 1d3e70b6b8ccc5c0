using System.Collections.Immutable;
using Tessera.Exact;

namespace Tessera.TorchSharp;

/// <summary>Some input channels at one place of a kernel: a product of two matrices.</summary>
/// <param name="Place">The place: row times columns plus column.</param>
/// <param name="First">The first channel.</param>
/// <param name="Count">Channels.</param>
internal readonly record struct ProductSlice(int Place, int First, int Count);

/// <summary>
/// A convolution as sums of products of matrices. The sums of one part are exact on the device in any order of summation, since no partial sum can
/// exceed what it keeps; the parts are added as 32-bit integers.
/// </summary>
/// <param name="Parts">The parts, each of which has at least one product.</param>
internal sealed record ConvolutionPlan(ImmutableArray<ImmutableArray<ProductSlice>> Parts)
{
    /// <summary>Plans a convolution, with as few parts as one after the other can have.</summary>
    /// <param name="convolution">The convolution with its weights.</param>
    /// <param name="arithmetic">What the device keeps.</param>
    /// <returns>The plan.</returns>
    /// <exception cref="InexactGraphException">A factor, or a single product, is beyond what the device keeps.</exception>
    public static ConvolutionPlan Create(BoundConvolution convolution, DeviceArithmetic arithmetic)
    {
        ConvolutionNode node = convolution.Operation;
        int magnitude = node.Input.Range.Magnitude, largest = convolution.Weights.Max(weight => Math.Abs((int)weight));
        if (Math.Max(magnitude, largest) > arithmetic.FactorLimit)
        {
            throw new InexactGraphException(
                $"The convolution '{node.Name}' multiplies elements of up to {magnitude} by weights of up to {largest}; "
                + $"the device keeps factors of up to {arithmetic.FactorLimit}.");
        }

        if ((long)magnitude * largest > arithmetic.SumLimit)
        {
            throw new InexactGraphException(
                $"A single product of the convolution '{node.Name}' can be {(long)magnitude * largest}; the device keeps sums of up to {arithmetic.SumLimit}.");
        }

        int channels = node.Input.Channels, outputs = node.Output.Channels, places = node.Kernel * node.Kernel;
        var bounds = new long[outputs];
        var parts = ImmutableArray.CreateBuilder<ImmutableArray<ProductSlice>>();
        var part = ImmutableArray.CreateBuilder<ProductSlice>();
        for (int place = 0; place < places; place++)
        {
            int first = 0;
            for (int channel = 0; channel < channels; channel++)
            {
                if (TryAdd(bounds, place, channel))
                    continue;
                Close(place, first, channel);
                parts.Add(part.DrainToImmutable());
                first = channel;
                Array.Clear(bounds);
                TryAdd(bounds, place, channel);
            }

            Close(place, first, channels);
        }

        parts.Add(part.DrainToImmutable());
        return new(parts.DrainToImmutable());

        void Close(int place, int first, int end)
        {
            if (end > first)
                part.Add(new(place, first, end - first));
        }

        // Whether the sums of every output channel stay within the limit with one input channel more.
        bool TryAdd(long[] sums, int place, int channel)
        {
            ReadOnlySpan<sbyte> weights = convolution.Weights.AsSpan();
            for (int output = 0; output < sums.Length; output++)
            {
                if (sums[output] + Bound(weights, output) > arithmetic.SumLimit)
                    return false;
            }

            for (int output = 0; output < sums.Length; output++)
                sums[output] += Bound(weights, output);
            return true;

            long Bound(ReadOnlySpan<sbyte> all, int output) => (long)Math.Abs((int)all[(((output * places) + place) * channels) + channel]) * magnitude;
        }
    }
}
