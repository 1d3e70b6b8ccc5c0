namespace Tessera.Entropy;

/// <summary>Codes integers by location and scale through interleaved streams, many at once.</summary>
/// <remarks>
/// The integers go in groups of <see cref="GroupSize"/>: first the table symbols of all, then, integer by integer, what a table does not
/// say. How the integers are split into calls therefore matters, unless the parts are multiples of the group.
/// </remarks>
public static class LaneValues
{
    /// <summary>The integers of a group.</summary>
    public const int GroupSize = 512;

    /// <summary>Writes integers.</summary>
    /// <param name="encoder">The stream.</param>
    /// <param name="tables">The family of distributions.</param>
    /// <param name="values">The integers, each closer than <see cref="ScaleTables.DistanceLimit"/> to its mean.</param>
    /// <param name="locations">Their means in 1/64.</param>
    /// <param name="levels">Their scale levels.</param>
    /// <exception cref="ArgumentException">The spans differ in length.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An integer, a location or a level is out of its range.</exception>
    public static void Write(
        LaneEncoder encoder, ScaleTables tables, ReadOnlySpan<int> values, ReadOnlySpan<int> locations, ReadOnlySpan<byte> levels)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        ArgumentNullException.ThrowIfNull(tables);
        CheckLengths(values.Length, locations.Length, levels.Length);
        Span<ushort> indices = stackalloc ushort[GroupSize], symbols = stackalloc ushort[GroupSize];
        Span<TablePlacement> placements = stackalloc TablePlacement[GroupSize];
        for (int start = 0; start < values.Length; start += GroupSize)
        {
            int count = Math.Min(GroupSize, values.Length - start);
            for (int i = 0; i < count; i++)
            {
                TablePlacement placement = tables.Place(locations[start + i], levels[start + i]);
                placements[i] = placement;
                indices[i] = (ushort)placement.Table;
                symbols[i] = (ushort)tables.ToSymbol(values[start + i], placement, levels[start + i], out _);
            }

            encoder.Write(tables.Tables, indices[..count], symbols[..count]);
            for (int i = 0; i < count; i++)
            {
                TablePlacement placement = placements[i];
                int value = values[start + i];
                byte level = levels[start + i];
                if (tables.IsEscape(placement, symbols[i]))
                {
                    tables.ToSymbol(value, placement, level, out int excess);
                    ExcessCode.Write(encoder, (uint)excess, ScaleTables.ExcessOrder(level));
                }

                encoder.WriteBits((uint)(value & ((1 << placement.Shift) - 1)), placement.Shift);
            }
        }
    }

    /// <summary>Reads integers that <see cref="Write"/> wrote.</summary>
    /// <param name="decoder">The stream.</param>
    /// <param name="tables">The family of distributions.</param>
    /// <param name="values">Takes the integers. Damaged data may give any, so that a caller checks them against its own alphabet.</param>
    /// <param name="locations">Their means in 1/64.</param>
    /// <param name="levels">Their scale levels.</param>
    /// <exception cref="ArgumentException">The spans differ in length.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A location or a level is out of its range.</exception>
    /// <exception cref="EntropyFormatException">The stream ends too early.</exception>
    public static void Read(
        ref LaneDecoder decoder, ScaleTables tables, Span<int> values, ReadOnlySpan<int> locations, ReadOnlySpan<byte> levels)
    {
        ArgumentNullException.ThrowIfNull(tables);
        CheckLengths(values.Length, locations.Length, levels.Length);
        Span<ushort> indices = stackalloc ushort[GroupSize], symbols = stackalloc ushort[GroupSize];
        Span<TablePlacement> placements = stackalloc TablePlacement[GroupSize];
        for (int start = 0; start < values.Length; start += GroupSize)
        {
            int count = Math.Min(GroupSize, values.Length - start);
            for (int i = 0; i < count; i++)
            {
                placements[i] = tables.Place(locations[start + i], levels[start + i]);
                indices[i] = (ushort)placements[i].Table;
            }

            decoder.Read(tables.Tables, indices[..count], symbols[..count]);
            for (int i = 0; i < count; i++)
            {
                TablePlacement placement = placements[i];
                int bin = placement.Origin + symbols[i];
                if (tables.IsEscape(placement, symbols[i]))
                    bin = ScaleTables.Beyond(bin, symbols[i], ExcessCode.Read(ref decoder, ScaleTables.ExcessOrder(levels[start + i])));
                values[start + i] = (bin << placement.Shift) | (int)decoder.ReadBits(placement.Shift);
            }
        }
    }

    private static void CheckLengths(int values, int locations, int levels)
    {
        if (locations != values || levels != values)
            throw new ArgumentException($"There are {locations} locations and {levels} levels for {values} values.");
    }
}
