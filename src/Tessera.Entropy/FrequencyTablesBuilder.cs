namespace Tessera.Entropy;

/// <summary>Collects tables into a set.</summary>
public sealed class FrequencyTablesBuilder
{
    private readonly List<ushort> _cumulative = [];
    private readonly List<int> _offsets = [0];

    /// <summary>The number of tables so far.</summary>
    public int Count => _offsets.Count - 1;

    /// <summary>Adds a table.</summary>
    /// <param name="frequencies">The frequency of each symbol, at least 1; their sum is 2^16.</param>
    /// <returns>The number by which symbols name the table.</returns>
    /// <exception cref="ArgumentException">A frequency is zero, or their sum is not 2^16.</exception>
    /// <exception cref="InvalidOperationException">The set is full.</exception>
    public int Add(ReadOnlySpan<uint> frequencies)
    {
        if (Count == FrequencyTables.MaxCount)
            throw new InvalidOperationException($"A set has at most {FrequencyTables.MaxCount} tables.");
        ulong sum = 0;
        foreach (uint frequency in frequencies)
        {
            if (frequency == 0)
                throw new ArgumentException("A symbol of frequency zero could not be coded.", nameof(frequencies));
            sum += frequency;
        }

        if (sum != 1UL << FrequencyTables.Precision)
            throw new ArgumentException($"The frequencies of a table sum to 65536, not to {sum}.", nameof(frequencies));

        uint start = 0;
        foreach (uint frequency in frequencies)
        {
            _cumulative.Add((ushort)start);
            start += frequency;
        }

        _cumulative.Add((ushort)start);
        _offsets.Add(_cumulative.Count);
        return Count - 1;
    }

    /// <summary>Makes a set of the tables so far.</summary>
    /// <returns>The set.</returns>
    public FrequencyTables Build() => new(_cumulative, _offsets);
}
