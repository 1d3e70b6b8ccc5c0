namespace Tessera.Exact;

/// <summary>What goes into a run and comes out of it: for each of several tiles, an array of 16-bit integers, channels fastest.</summary>
public sealed class ExactTensor
{
    private readonly short[] _values;

    /// <summary>Creates a tensor of zeros.</summary>
    /// <param name="tiles">Tiles, at least 1.</param>
    /// <param name="height">Rows of a tile, at least 1.</param>
    /// <param name="width">Columns of a tile, at least 1.</param>
    /// <param name="channels">Channels, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of range, or there are more elements than an array may have.</exception>
    public ExactTensor(int tiles, int height, int width, int channels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(tiles, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        Int128 length = (Int128)tiles * height * width * channels;
        if (length > Array.MaxLength)
            throw new ArgumentOutOfRangeException(nameof(tiles), tiles, $"A tensor of {length} elements exceeds {Array.MaxLength}.");
        (Tiles, Height, Width, Channels) = (tiles, height, width, channels);
        _values = new short[(int)length];
    }

    /// <summary>Tiles.</summary>
    public int Tiles { get; }

    /// <summary>Rows of a tile.</summary>
    public int Height { get; }

    /// <summary>Columns of a tile.</summary>
    public int Width { get; }

    /// <summary>Channels.</summary>
    public int Channels { get; }

    /// <summary>All elements: tile by tile, row by row, column by column, channel by channel.</summary>
    public Span<short> Values => _values;

    /// <summary>The elements of one tile.</summary>
    /// <param name="tile">The tile, from 0.</param>
    /// <returns>Row by row, column by column, channel by channel.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such tile.</exception>
    public Span<short> Tile(int tile)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)tile, (uint)Tiles, nameof(tile));
        int length = Height * Width * Channels;
        return _values.AsSpan(tile * length, length);
    }
}
