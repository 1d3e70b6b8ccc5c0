namespace Tessera.Exact.Managed;

/// <summary>
/// A convolution's parameters as kernels read them: blocks of output channels; in each, for each place of the kernel and each group of
/// input channels, the weights of that group for every channel of the block. What is missing in the last block and the last group is 0.
/// </summary>
internal sealed unsafe class PackedConvolution
{
    private readonly AlignedArray<short>? _weights;
    private readonly AlignedArray<sbyte>? _bytes;
    private readonly AlignedArray<short> _multipliers;
    private readonly AlignedArray<int> _biases, _shifts;
    private readonly WeightLayout _layout;
    private readonly nint _weightsOfBlock;
    private readonly int _channels;

    public PackedConvolution(BoundConvolution convolution, WeightLayout layout)
    {
        ConvolutionNode node = convolution.Operation;
        int inputs = node.Input.Channels;
        Kernel = node.Kernel;
        Inputs = (inputs + layout.Multiple - 1) / layout.Multiple * layout.Multiple;
        Low = (short)node.Output.Range.Low;
        High = (short)node.Output.Range.High;
        _channels = node.Output.Channels;
        _layout = layout;
        Blocks = (_channels + layout.BlockChannels - 1) / layout.BlockChannels;
        int padded = Blocks * layout.BlockChannels, places = Kernel * Kernel;
        _weightsOfBlock = (nint)places * Inputs * layout.BlockChannels;
        int length = checked((int)(_weightsOfBlock * Blocks));
        if (layout.IsBytes)
            _bytes = new(length);
        else
            _weights = new(length);
        _biases = new(padded);
        _shifts = new(padded);
        _multipliers = new(padded);
        for (int channel = 0; channel < _channels; channel++)
        {
            // The half that rounds is part of the bias.
            _biases.Pointer[channel] = convolution.Bias[channel] + ((1 << convolution.Shift[channel]) >> 1);
            _shifts.Pointer[channel] = convolution.Shift[channel];
            _multipliers.Pointer[channel] = convolution.Multiplier[channel];
            for (int place = 0; place < places; place++)
            {
                for (int input = 0; input < inputs; input++)
                {
                    sbyte weight = convolution.Weights[(((channel * places) + place) * inputs) + input];
                    nint index = Index(channel, place, input);
                    if (layout.IsBytes)
                        _bytes!.Pointer[index] = weight;
                    else
                        _weights!.Pointer[index] = weight;
                }
            }
        }
    }

    /// <summary>Rows and columns of the kernel.</summary>
    public int Kernel { get; }

    /// <summary>Input channels, those that only fill the last group included.</summary>
    public int Inputs { get; }

    /// <summary>Blocks of output channels.</summary>
    public int Blocks { get; }

    /// <summary>What results are clamped to.</summary>
    public short Low { get; }

    public short High { get; }

    public short* Weights(int block) => _weights!.Pointer + (block * _weightsOfBlock);

    public sbyte* ByteWeights(int block) => _bytes!.Pointer + (block * _weightsOfBlock);

    public int* Biases(int block) => _biases.Pointer + (block * _layout.BlockChannels);

    public int* Shifts(int block) => _shifts.Pointer + (block * _layout.BlockChannels);

    public short* Multipliers(int block) => _multipliers.Pointer + (block * _layout.BlockChannels);

    /// <summary>Channels of a block that there are.</summary>
    public int Channels(int block) => Math.Min(_layout.BlockChannels, _channels - (block * _layout.BlockChannels));

    private nint Index(int channel, int place, int input)
    {
        (int block, int lane) = Math.DivRem(channel, _layout.BlockChannels);
        (int group, int part) = Math.DivRem(input, _layout.Group);
        nint first = (block * _weightsOfBlock) + ((nint)place * Inputs * _layout.BlockChannels) + ((nint)group * _layout.Group * _layout.BlockChannels);
        return first + (lane * _layout.Group) + part;
    }
}
