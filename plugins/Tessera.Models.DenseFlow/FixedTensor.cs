namespace Tessera.Models.DenseFlow;

/// <summary>Values in fixed point by row, column and channel, the channel fastest: a view, which owns nothing.</summary>
internal readonly ref struct FixedTensor
{
    private const int Square = 4;

    /// <summary>Views values.</summary>
    /// <param name="values">All of them, or more.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="channels">Channels.</param>
    public FixedTensor(Span<int> values, int height, int width, int channels)
    {
        (Height, Width, Channels) = (height, width, channels);
        Values = values[..checked(height * width * channels)];
    }

    public int Height { get; }

    public int Width { get; }

    public int Channels { get; }

    /// <summary>All values.</summary>
    public Span<int> Values { get; }

    /// <summary>Rows times columns.</summary>
    public int Places => Height * Width;

    /// <summary>The channels of a place, numbered row by row.</summary>
    public Span<int> this[int place] => Values.Slice(place * Channels, Channels);

    /// <summary>Makes channels of squares: channel 4 c + 2 dy + dx at (y, x) is channel c at (2 y + dy, 2 x + dx).</summary>
    /// <param name="squares">Takes the values: half the rows and columns, four times the channels.</param>
    public void Squeeze(FixedTensor squares)
    {
        CheckSquares(squares);
        for (int place = 0; place < squares.Places; place++)
        {
            Span<int> square = squares[place];
            for (int corner = 0; corner < Square; corner++)
            {
                ReadOnlySpan<int> own = this[PlaceOf(squares, place, corner)];
                for (int c = 0; c < own.Length; c++)
                    square[(Square * c) + corner] = own[c];
            }
        }
    }

    /// <summary>The inverse of <see cref="Squeeze"/>: takes the values from squares.</summary>
    public void Unsqueeze(FixedTensor squares)
    {
        CheckSquares(squares);
        for (int place = 0; place < squares.Places; place++)
        {
            ReadOnlySpan<int> square = squares[place];
            for (int corner = 0; corner < Square; corner++)
            {
                Span<int> own = this[PlaceOf(squares, place, corner)];
                for (int c = 0; c < own.Length; c++)
                    own[c] = square[(Square * c) + corner];
            }
        }
    }

    /// <summary>Gives all values to a tensor of the same shape.</summary>
    public void CopyTo(FixedTensor other)
    {
        if (other.Places != Places || other.Channels != Channels)
            throw new ArgumentException("The tensor is of another shape.", nameof(other));
        Values.CopyTo(other.Values);
    }

    /// <summary>Deals channels: to one tensor the first ones, the rest to another.</summary>
    public void Split(FixedTensor first, FixedTensor rest)
    {
        CheckParts(first, rest);
        for (int place = 0; place < Places; place++)
        {
            ReadOnlySpan<int> own = this[place];
            own[..first.Channels].CopyTo(first[place]);
            own[first.Channels..].CopyTo(rest[place]);
        }
    }

    /// <summary>The inverse of <see cref="Split"/>: takes the values from two tensors.</summary>
    public void Join(FixedTensor first, FixedTensor rest)
    {
        CheckParts(first, rest);
        for (int place = 0; place < Places; place++)
        {
            first[place].CopyTo(this[place]);
            rest[place].CopyTo(this[place][first.Channels..]);
        }
    }

    private int PlaceOf(FixedTensor squares, int place, int corner)
    {
        (int y, int x) = Math.DivRem(place, squares.Width);
        return (((2 * y) + (corner >> 1)) * Width) + (2 * x) + (corner & 1);
    }

    private void CheckSquares(FixedTensor squares)
    {
        if (Height != 2 * squares.Height || Width != 2 * squares.Width || Square * Channels != squares.Channels)
            throw new ArgumentException("The tensor does not fit as squares.", nameof(squares));
    }

    private void CheckParts(FixedTensor first, FixedTensor rest)
    {
        if (first.Places != Places || rest.Places != Places || first.Channels + rest.Channels != Channels)
            throw new ArgumentException("The tensors do not fit as parts.", nameof(first));
    }
}
