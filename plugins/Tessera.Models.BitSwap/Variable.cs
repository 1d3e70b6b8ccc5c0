using Tessera.Entropy;

namespace Tessera.Models.BitSwap;

/// <summary>The image or a latent of a block, or what it is when it was squeezed: integers, row by row, column by column, channel by channel.</summary>
/// <remarks>
/// What is squeezed has squares of 2 x 2 as channels 4 k to 4 k + 3, row by row. If it had an odd number of rows, the last one was repeated,
/// and so the last column. Such copies are not coded: both sides know them.
/// </remarks>
internal sealed class Variable
{
    private int[] _values = [];
    private int _count;
    private bool _repeatsRow, _repeatsColumn;

    public int Height { get; private set; }

    public int Width { get; private set; }

    public int Channels { get; private set; }

    public Span<int> Values => _values.AsSpan(0, _count);

    /// <summary>Sets the shape; elements are then undefined.</summary>
    public void Resize(int height, int width, int channels)
    {
        (Height, Width, Channels) = (height, width, channels);
        (_repeatsRow, _repeatsColumn) = (false, false);
        _count = checked(height * width * channels);
        if (_values.Length < _count)
            _values = new int[_count];
    }

    /// <summary>Sets the shape to that of another variable, squeezed.</summary>
    public void ResizeSqueezed(Variable whole)
    {
        Resize((whole.Height + 1) / 2, (whole.Width + 1) / 2, 4 * whole.Channels);
        (_repeatsRow, _repeatsColumn) = (whole.Height % 2 != 0, whole.Width % 2 != 0);
    }

    /// <summary>Takes the elements of another variable, which is squeezed.</summary>
    public void Squeeze(Variable whole) => Squares.Gather<int>(whole.Values, whole.Height, whole.Width, whole.Channels, Values);

    /// <summary>Gives the elements of a squeezed variable to what it was made of.</summary>
    public void Unsqueeze(Variable whole)
    {
        Span<int> target = whole.Values;
        int to = 0;
        for (int y = 0; y < whole.Height; y++)
        {
            for (int x = 0; x < whole.Width; x++)
            {
                int place = (2 * (y & 1)) + (x & 1);
                for (int c = 0; c < whole.Channels; c++)
                    target[to++] = At(y >> 1, x >> 1, (4 * c) + place);
            }
        }
    }

    /// <summary>Pushes all elements by their prior, the last one first.</summary>
    public void Push(AnsStack stack, Distributions distributions)
    {
        ReadOnlySpan<int> values = Values, locations = distributions.Locations;
        ReadOnlySpan<byte> levels = distributions.Levels;
        int i = values.Length;
        for (int y = Height - 1; y >= 0; y--)
        {
            for (int x = Width - 1; x >= 0; x--)
            {
                int copies = CopiesAt(y, x);
                for (int c = Channels - 1; c >= 0; c--)
                {
                    i--;
                    if ((c & copies) == 0)
                        ScaleTables.Logistic.Push(stack, values[i], locations[i], levels[i]);
                }
            }
        }
    }

    /// <summary>Pops all elements by their prior. Damaged data may give any integers.</summary>
    /// <exception cref="AnsUnderflowException">The stack holds too few bits.</exception>
    public void Pop(AnsStack stack, Distributions distributions)
    {
        Span<int> values = Values;
        ReadOnlySpan<int> locations = distributions.Locations;
        ReadOnlySpan<byte> levels = distributions.Levels;
        int i = 0;
        for (int y = 0; y < Height; y++)
        {
            for (int x = 0; x < Width; x++)
            {
                int copies = CopiesAt(y, x);
                for (int c = 0; c < Channels; c++, i++)
                {
                    int copy = c & copies;
                    values[i] = copy == 0 ? ScaleTables.Logistic.Pop(stack, locations[i], levels[i]) : values[i - copy];
                }
            }
        }
    }

    /// <summary>Pops all elements of a latent by their posterior.</summary>
    /// <exception cref="AnsUnderflowException">The stack holds too few bits.</exception>
    public void Draw(AnsStack stack, Distributions distributions)
    {
        Span<int> values = Values;
        ReadOnlySpan<int> locations = distributions.Locations;
        ReadOnlySpan<byte> levels = distributions.Levels;
        for (int i = 0; i < values.Length; i++)
            values[i] = Posterior.Draw(ScaleTables.Logistic, stack, locations[i], levels[i]);
    }

    /// <summary>Pushes all elements of a latent by their posterior, the last one first: the inverse of <see cref="Draw"/>.</summary>
    /// <exception cref="TesseraFormatException">An element cannot have been drawn: the data is damaged.</exception>
    public void PutBack(AnsStack stack, Distributions distributions)
    {
        ReadOnlySpan<int> values = Values, locations = distributions.Locations;
        ReadOnlySpan<byte> levels = distributions.Levels;
        for (int i = values.Length - 1; i >= 0; i--)
            Posterior.PutBack(ScaleTables.Logistic, stack, values[i], locations[i], levels[i]);
    }

    private int At(int y, int x, int channel) => _values[(((y * Width) + x) * Channels) + channel];

    // The bits of a channel's number which say that it is a copy: of the channel without these bits.
    private int CopiesAt(int y, int x) => (_repeatsRow && y == Height - 1 ? 2 : 0) | (_repeatsColumn && x == Width - 1 ? 1 : 0);
}
