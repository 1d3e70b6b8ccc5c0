namespace Tessera.Models.BitSwap;

/// <summary>The logistic distributions of a variable's elements.</summary>
internal sealed class Distributions
{
    private int[] _locations = [];
    private byte[] _levels = [];
    private int _count;

    /// <summary>In 1/64.</summary>
    public Span<int> Locations => _locations.AsSpan(0, _count);

    /// <summary>Scale levels.</summary>
    public Span<byte> Levels => _levels.AsSpan(0, _count);

    /// <summary>Makes room for so many; what was there is lost.</summary>
    public void Resize(int count)
    {
        if (_levels.Length < count)
            (_locations, _levels) = (new int[count], new byte[count]);
        _count = count;
    }
}
