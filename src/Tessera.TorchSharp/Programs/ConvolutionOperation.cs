using System.Collections.Immutable;
using Tessera.Exact;
using static TorchSharp.torch;

namespace Tessera.TorchSharp;

/// <summary>
/// A convolution from products of matrices, which no library computes by anything but adding products. The padded tiles, row after row, are one
/// matrix with a row for each pixel; moved by the place in the kernel, it gives what each weight meets without being copied. Rows of the product that
/// belong to the padding mean nothing and are left out at the end.
/// </summary>
internal sealed class ConvolutionOperation : TorchOperation
{
    private readonly ConvolutionNode _node;
    private readonly Integers _integers;
    private readonly ImmutableArray<ImmutableArray<(ProductSlice Slice, Tensor Weights)>> _parts;
    private readonly Tensor _bias;
    private readonly Tensor _shift;
    private readonly Tensor _multiplier;
    private readonly Limits _limits;

    public ConvolutionOperation(BoundConvolution convolution, ConvolutionPlan plan, Integers integers)
    {
        _node = convolution.Operation;
        _integers = integers;
        _parts = [.. plan.Parts.Select(part => part.Select(slice => (slice, Keep(Weights(convolution, slice, integers)))).ToImmutableArray())];
        int outputs = _node.Output.Channels;

        // The half that rounds is part of the bias: the graph was checked for that not to overflow.
        IEnumerable<int> bias = convolution.Bias.Select((number, channel) => number + ((1 << convolution.Shift[channel]) >> 1));
        _bias = Keep(integers.Parameters(bias, outputs));
        _shift = Keep(integers.Parameters(convolution.Shift.Select(bits => (int)bits), outputs));
        _multiplier = Keep(integers.Parameters(convolution.Multiplier.Select(number => (int)number), outputs));
        _limits = Keep(new Limits(_node.Output.Range));
    }

    public override Tensor Run(ReadOnlySpan<Tensor> inputs, RunSize size)
    {
        Tensor input = inputs[0];
        int radius = _node.Kernel / 2;
        long tiles = input.shape[0], height = input.shape[1], width = input.shape[2];
        long paddedHeight = height + (2 * radius), paddedWidth = width + (2 * radius);
        Tensor pixels = Pad(input, radius).view(-1, _node.Input.Channels);

        // The last pixel that counts is followed by those that it meets the last weights at.
        long rows = pixels.shape[0], counted = rows - (2 * radius * (paddedWidth + 1));
        Tensor? total = null;
        foreach (ImmutableArray<(ProductSlice Slice, Tensor Weights)> part in _parts)
        {
            Tensor sums = empty([rows, _node.Output.Channels], float32, _integers.Device);
            Tensor target = sums.narrow(0, 0, counted);
            for (int i = 0; i < part.Length; i++)
            {
                (ProductSlice slice, Tensor weights) = part[i];
                (int row, int column) = Math.DivRem(slice.Place, _node.Kernel);
                Tensor met = pixels.narrow(0, (row * paddedWidth) + column, counted);
                if (slice.Count < _node.Input.Channels)
                    met = met.narrow(1, slice.First, slice.Count);
                target.addmm_(met, weights, beta: i == 0 ? 0 : 1, alpha: 1);
            }

            Tensor whole = sums.view(tiles, paddedHeight, paddedWidth, _node.Output.Channels).narrow(1, 0, height).narrow(2, 0, width).to(int32);
            total = total is null ? whole : total.add_(whole);
        }

        return _integers.Requantize(total!.add_(_bias), _shift, _multiplier, _limits);
    }

    private static Tensor Weights(BoundConvolution convolution, ProductSlice slice, Integers integers)
    {
        ConvolutionNode node = convolution.Operation;
        int channels = node.Input.Channels, outputs = node.Output.Channels, places = node.Kernel * node.Kernel;
        var weights = new float[slice.Count * outputs];
        for (int i = 0; i < slice.Count; i++)
        {
            for (int output = 0; output < outputs; output++)
                weights[(i * outputs) + output] = convolution.Weights[(((output * places) + slice.Place) * channels) + slice.First + i];
        }

        return tensor(weights, [slice.Count, outputs], dtype: float32, device: integers.Device).DetachFromDisposeScope();
    }

    private Tensor Pad(Tensor input, int radius)
    {
        if (radius == 0)
            return input.to(float32).contiguous();
        long height = input.shape[1], width = input.shape[2];
        long[] shape = [input.shape[0], height + (2 * radius), width + (2 * radius), input.shape[3]];
        Tensor padded = _node.Padding == Padding.Zero ? zeros(shape, float32, _integers.Device) : empty(shape, float32, _integers.Device);
        Tensor rows = padded.narrow(1, radius, height);
        rows.narrow(2, radius, width).copy_(input);
        if (_node.Padding == Padding.Replicate)
        {
            rows.narrow(2, 0, radius).copy_(rows.narrow(2, radius, 1));
            rows.narrow(2, radius + width, radius).copy_(rows.narrow(2, radius + width - 1, 1));
            padded.narrow(1, 0, radius).copy_(padded.narrow(1, radius, 1));
            padded.narrow(1, radius + height, radius).copy_(padded.narrow(1, radius + height - 1, 1));
        }

        return padded;
    }
}
