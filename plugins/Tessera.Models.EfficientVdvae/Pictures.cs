using System.Collections.Immutable;
using Tessera.Exact;

namespace Tessera.Models.EfficientVdvae;

/// <summary>
/// The pictures of a block: number 0 is the block, and of every other one the pixels are those of every second row and column of the one before.
/// </summary>
internal sealed class Pictures
{
    /// <summary>By step, which pixel of a square it tells: 0 is the first, 1 right of it, 2 below it, 3 at the other end of the diagonal.</summary>
    public static readonly ImmutableArray<int> Places = [3, 1, 2];

    private const int Colors = EfficientVdvaeConfiguration.Colors;
    private readonly TensorShelf _shelf;
    private readonly ExactTensor[] _pictures;

    public Pictures(int grids, TensorShelf shelf)
    {
        _shelf = shelf;
        _pictures = [.. Enumerable.Range(0, grids + 1).Select(_ => shelf.Take(1, 1, Colors))];
    }

    public ExactTensor this[int picture] => _pictures[picture];

    /// <summary>The picture that no grid tells.</summary>
    public ExactTensor Top => _pictures[^1];

    /// <summary>Of how many rows and columns of a picture's squares there is the pixel at a place.</summary>
    public static (int Rows, int Columns) SquaresWith(ExactTensor picture, int place) =>
        ((picture.Height + 1 - (place >> 1)) / 2, (picture.Width + 1 - (place & 1)) / 2);

    /// <summary>A pixel's first element.</summary>
    public static int IndexOf(ExactTensor picture, int y, int x) => ((y * picture.Width) + x) * Colors;

    /// <summary>Sets the sizes of all pictures for a block; pixels are then undefined.</summary>
    public void Resize(int height, int width)
    {
        for (int i = 0; i < _pictures.Length; i++)
        {
            _shelf.Return(_pictures[i]);
            _pictures[i] = _shelf.Take(height, width, Colors);
            (height, width) = ((height + 1) / 2, (width + 1) / 2);
        }
    }

    /// <summary>Makes all pictures of the first.</summary>
    public void Thin()
    {
        for (int i = 1; i < _pictures.Length; i++)
        {
            ExactTensor from = _pictures[i - 1], to = _pictures[i];
            for (int y = 0; y < to.Height; y++)
            {
                for (int x = 0; x < to.Width; x++)
                    Copy(from, 2 * y, 2 * x, to, y, x);
            }
        }
    }

    /// <summary>Gives a picture the pixels that are those of the next one.</summary>
    public void Spread(int picture)
    {
        ExactTensor from = _pictures[picture + 1], to = _pictures[picture];
        for (int y = 0; y < from.Height; y++)
        {
            for (int x = 0; x < from.Width; x++)
                Copy(from, y, x, to, 2 * y, 2 * x);
        }
    }

    /// <summary>
    /// What is known of the squares of a picture before a step. Where a square at the edge has not the pixel of a step, it is its first. The tensor
    /// is the caller's to return.
    /// </summary>
    public ExactTensor Known(int picture, int step)
    {
        ExactTensor whole = _pictures[picture], known = _shelf.Take((whole.Height + 1) / 2, (whole.Width + 1) / 2, Colors * (step + 1));
        ReadOnlySpan<short> pixels = whole.Values;
        Span<short> target = known.Values;
        for (int y = 0; y < whole.Height; y += 2)
        {
            for (int x = 0; x < whole.Width; x += 2)
            {
                int first = IndexOf(whole, y, x);
                pixels.Slice(first, Colors).CopyTo(target);
                target = target[Colors..];
                foreach (int place in Places.AsSpan()[..step])
                {
                    int row = y + (place >> 1), column = x + (place & 1);
                    int own = row < whole.Height && column < whole.Width ? IndexOf(whole, row, column) : first;
                    pixels.Slice(own, Colors).CopyTo(target);
                    target = target[Colors..];
                }
            }
        }

        return known;
    }

    private static void Copy(ExactTensor from, int fromY, int fromX, ExactTensor to, int toY, int toX) =>
        from.Values.Slice(IndexOf(from, fromY, fromX), Colors).CopyTo(to.Values[IndexOf(to, toY, toX)..]);
}
