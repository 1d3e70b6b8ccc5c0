using Tessera.Exact;

namespace Tessera.Models.DenseFlow;

/// <summary>A net that is prepared to run: it gives the noise in front of a unit its distributions, by what units before were given.</summary>
internal sealed class NoiseNet : IDisposable
{
    // How much smaller or larger than 1 a scale can be: two octaves.
    private const int LevelReach = 16;

    private readonly Net _net;
    private readonly ValueReader _reader;
    private readonly TensorShelf _shelf;
    private readonly int _shift;
    private readonly int _unitLevel;
    private int[] _means = [];
    private byte[] _levels = [];
    private int _count;

    /// <param name="weights">The net.</param>
    /// <param name="fractionBits">The fraction bits of values.</param>
    /// <param name="engine">What runs the net.</param>
    /// <param name="shelf">Where tensors come from.</param>
    public NoiseNet(ReadingGraph weights, int fractionBits, IEngine engine, TensorShelf shelf)
    {
        _net = new(weights.Graph, engine, shelf);
        _reader = new(weights.Shifts);
        _shelf = shelf;
        _shift = fractionBits - Translation.NetBits;
        _unitLevel = FixedGaussian.UnitLevel(fractionBits);
    }

    /// <summary>The means of what <see cref="Run"/> was run for.</summary>
    public ReadOnlySpan<int> Means => _means.AsSpan(0, _count);

    /// <summary>Its levels.</summary>
    public ReadOnlySpan<byte> Levels => _levels.AsSpan(0, _count);

    /// <summary>Gives the distributions.</summary>
    /// <param name="before">The units before.</param>
    public void Run(ReadOnlySpan<FlowUnit> before)
    {
        FixedTensor first = before[0].Given;
        ExactTensor read = _shelf.Take(first.Height, first.Width, _reader.Channels);
        int channel = 0;
        foreach (FlowUnit unit in before)
        {
            FixedTensor given = unit.Given;
            _reader.Read(given, given.Channels, read, channel);
            channel += given.Channels;
        }

        ReadOnlySpan<ExactTensor> said = _net.Run(read);
        ReadOnlySpan<short> means = said[0].Values, levels = said[1].Values;
        Resize(means.Length);
        for (int i = 0; i < means.Length; i++)
        {
            _means[i] = (int)FixedPoint.Shift(means[i], _shift);
            _levels[i] = (byte)(_unitLevel + Math.Clamp((int)levels[i], -LevelReach, LevelReach));
        }

        _shelf.Return(read);
        foreach (ExactTensor tensor in said)
            _shelf.Return(tensor);
    }

    public void Dispose() => _net.Dispose();

    private void Resize(int count)
    {
        if (_means.Length < count)
            (_means, _levels) = (new int[count], new byte[count]);
        _count = count;
    }
}
