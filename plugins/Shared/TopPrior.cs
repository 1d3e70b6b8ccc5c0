using Tessera.Entropy;
using Tessera.Exact;

namespace Tessera.Models;

/// <summary>What nothing else tells of: a distribution for each channel, <c>top.location</c> and <c>top.level</c> of the weights.</summary>
internal sealed class TopPrior
{
    private readonly int[] _locations;
    private readonly byte[] _levels;

    /// <summary>Reads the distributions.</summary>
    /// <exception cref="WeightsException">They are not valid.</exception>
    public TopPrior(int channels, TensorFile weights)
    {
        _locations = CheckedTensor.Read(weights, "top.location", TensorType.I16, channels, short.MinValue, short.MaxValue);
        _levels = [.. CheckedTensor.Read(weights, "top.level", TensorType.I16, channels, 0, ScaleTables.LevelCount - 1).Select(level => (byte)level)];
    }

    /// <summary>By channel, in 1/64.</summary>
    public ReadOnlySpan<int> Locations => _locations;

    /// <summary>By channel, scale levels.</summary>
    public ReadOnlySpan<byte> Levels => _levels;
}
