using Tessera.Entropy;
using Tessera.Exact;

namespace Tessera.Models.DenseFlow;

/// <summary>
/// Makes values of samples: below the point stand bits that are popped by what a net, prepared to run, says of the samples. A decoder knows these when it
/// has undone the flow.
/// </summary>
internal sealed class ConditionalDequantiser : IDisposable
{
    private const int Colors = DenseFlowConfiguration.Colors;
    private const int Places = DenseFlowConfiguration.Places;

    // What the net reads of a sample.
    private const int Gain = 8;
    private const int LargestSample = 256;

    // The net's outputs are eighths of a center's number; 4 of them round.
    private const int CenterBits = 3;

    private readonly Net _net;
    private readonly TensorShelf _shelf;
    private readonly int _bits;
    private readonly DequantiserTables _tables;
    private int[] _numbers = [];

    /// <param name="graph">The net.</param>
    /// <param name="bits">How many bits each sample is given.</param>
    /// <param name="engine">What runs the net.</param>
    /// <param name="shelf">Where tensors come from.</param>
    public ConditionalDequantiser(BoundGraph graph, int bits, IEngine engine, TensorShelf shelf)
    {
        _net = new(graph, engine, shelf);
        _shelf = shelf;
        _bits = bits;
        _tables = DequantiserTables.Of(bits);
    }

    /// <summary>Appends bits to samples, to the first one first.</summary>
    /// <exception cref="AnsUnderflowException">The stack holds too few bits.</exception>
    public void Apply(AnsStack stack, ExactTensor samples, Span<int> values)
    {
        ReadOnlySpan<int> tables = Run(samples);
        ReadOnlySpan<short> elements = samples.Values;
        for (int i = 0; i < values.Length; i++)
            values[i] = (elements[i] << _bits) | _tables.Pop(stack, tables[i]);
    }

    /// <summary>The inverse of <see cref="Apply"/>, the last sample first: pushes what values have below their samples.</summary>
    public void Invert(AnsStack stack, ExactTensor samples, ReadOnlySpan<int> values)
    {
        ReadOnlySpan<int> tables = Run(samples);
        for (int i = values.Length - 1; i >= 0; i--)
            _tables.Push(stack, values[i] & ((1 << _bits) - 1), tables[i]);
    }

    public void Dispose() => _net.Dispose();

    // The table of each sample.
    private ReadOnlySpan<int> Run(ExactTensor samples)
    {
        ExactTensor squares = _shelf.Take(samples.Height / 2, samples.Width / 2, Places * Colors);
        Squares.Gather<short>(samples.Values, samples.Height, samples.Width, Colors, squares.Values);
        foreach (ref short element in squares.Values)
        {
            int read = Math.Clamp((int)element, -LargestSample, LargestSample) * Gain;
            element = (short)Math.Clamp(read, -ValueRange.ConvolutionLimit, ValueRange.ConvolutionLimit);
        }

        ReadOnlySpan<ExactTensor> said = _net.Run(squares);
        if (_numbers.Length < samples.Values.Length)
            _numbers = new int[samples.Values.Length];
        Span<int> numbers = _numbers.AsSpan(0, samples.Values.Length);
        Choose(said[0].Values, said[1].Values, said[2].Values, samples.Width, numbers);
        _shelf.Return(squares);
        foreach (ExactTensor tensor in said)
            _shelf.Return(tensor);
        return numbers;
    }

    // The net's channels are places of squares; samples are in rows.
    private static void Choose(ReadOnlySpan<short> linear, ReadOnlySpan<short> centers, ReadOnlySpan<short> scales, int width, Span<int> numbers)
    {
        int to = 0;
        for (int y = 0; to < numbers.Length; y++)
        {
            for (int x = 0; x < width; x++)
            {
                int from = ((((y >> 1) * (width >> 1)) + (x >> 1)) * Places * Colors) + (2 * (y & 1)) + (x & 1);
                for (int c = 0; c < Colors; c++, from += Places)
                {
                    int center = (centers[from] + linear[from] + (1 << (CenterBits - 1))) >> CenterBits;
                    numbers[to++] = DequantiserTables.Number(
                        Math.Clamp((int)scales[from], 0, DequantiserTables.ScaleCount - 1), Math.Clamp(center, 0, DequantiserTables.CenterCount - 1));
                }
            }
        }
    }
}
