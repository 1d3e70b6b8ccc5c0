using System.Collections.Immutable;

namespace Tessera.Png;

/// <summary>One of the seven passes of an interlaced image: every so many columns of every so many rows.</summary>
internal readonly record struct Adam7Pass(int FirstColumn, int FirstRow, int ColumnStep, int RowStep)
{
    /// <summary>The passes in their order.</summary>
    public static readonly ImmutableArray<Adam7Pass> All =
        [new(0, 0, 8, 8), new(4, 0, 8, 8), new(0, 4, 4, 8), new(2, 0, 4, 4), new(0, 2, 2, 4), new(1, 0, 2, 2), new(0, 1, 1, 2)];

    /// <summary>Pixels in a row of the pass, 0 if the image is too narrow for it.</summary>
    public int Columns(int width) => Count(width, FirstColumn, ColumnStep);

    /// <summary>Rows of the pass, 0 if the image is too low for it.</summary>
    public int Rows(int height) => Count(height, FirstRow, RowStep);

    /// <summary>Puts a row of the pass where its pixels belong.</summary>
    /// <param name="line">The row.</param>
    /// <param name="image">The whole image.</param>
    /// <param name="row">The row's number in the pass.</param>
    public void Scatter(PlanarBuffer line, PlanarBuffer image, int row)
    {
        for (int channel = 0; channel < line.Channels; channel++)
        {
            ReadOnlySpan<ushort> source = line.Row(channel, 0);
            Span<ushort> target = image.Row(channel, FirstRow + (row * RowStep));
            for (int i = 0, x = FirstColumn; i < source.Length; i++, x += ColumnStep)
                target[x] = source[i];
        }
    }

    private static int Count(int size, int first, int step) => size <= first ? 0 : (int)(((long)size - first + step - 1) / step);
}
