namespace Tessera.Exact.Managed;

/// <summary>
/// A convolution's parameters as kernels read them: blocks of output channels; in each, for each place of the kernel and each pair of
/// input channels, the pair of weights of every channel of the block, 16 bits each. What is missing in the last block and the last
/// pair is 0.
/// </summary>
internal sealed unsafe class PackedConvolution
{
    private readonly AlignedArray<short> _weights, _multipliers;
    private readonly AlignedArray<int> _biases, _shifts;
    private readonly int _blockChannels, _channels;

    public PackedConvolution(BoundConvolution convolution, int blockChannels)
    {
        ConvolutionNode node = convolution.Operation;
        Kernel = node.Kernel;
        Pairs = (node.Input.Channels + 1) / 2;
        Low = (short)node.Output.Range.Low;
        High = (short)node.Output.Range.High;
        _channels = node.Output.Channels;
        _blockChannels = blockChannels;
        Blocks = (_channels + blockChannels - 1) / blockChannels;
        int padded = Blocks * blockChannels, places = Kernel * Kernel, inputs = node.Input.Channels;
        _weights = new(padded * places * Pairs * 2);
        _biases = new(padded);
        _shifts = new(padded);
        _multipliers = new(padded);
        for (int channel = 0; channel < _channels; channel++)
        {
            // The half that rounds is part of the bias.
            _biases.Pointer[channel] = convolution.Bias[channel] + ((1 << convolution.Shift[channel]) >> 1);
            _shifts.Pointer[channel] = convolution.Shift[channel];
            _multipliers.Pointer[channel] = convolution.Multiplier[channel];
            (int block, int lane) = Math.DivRem(channel, blockChannels);
            for (int place = 0; place < places; place++)
            {
                for (int input = 0; input < inputs; input++)
                {
                    int pair = (((block * places) + place) * Pairs) + (input / 2);
                    _weights.Pointer[(((pair * blockChannels) + lane) * 2) + (input & 1)] = convolution.Weights[(((channel * places) + place) * inputs) + input];
                }
            }
        }
    }

    /// <summary>Rows and columns of the kernel.</summary>
    public int Kernel { get; }

    /// <summary>Pairs of input channels, the last of which may be half empty.</summary>
    public int Pairs { get; }

    /// <summary>Blocks of output channels.</summary>
    public int Blocks { get; }

    /// <summary>What results are clamped to.</summary>
    public short Low { get; }

    public short High { get; }

    public short* Weights(int block) => _weights.Pointer + ((nint)block * Kernel * Kernel * Pairs * _blockChannels * 2);

    public int* Biases(int block) => _biases.Pointer + (block * _blockChannels);

    public int* Shifts(int block) => _shifts.Pointer + (block * _blockChannels);

    public short* Multipliers(int block) => _multipliers.Pointer + (block * _blockChannels);

    /// <summary>Channels of a block that there are.</summary>
    public int Channels(int block) => Math.Min(_blockChannels, _channels - (block * _blockChannels));
}
