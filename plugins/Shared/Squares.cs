namespace Tessera.Models;

/// <summary>Squares of 2 x 2 elements as the channels of one element: channels 4 c to 4 c + 3, row by row, are channel c.</summary>
internal static class Squares
{
    /// <summary>Makes squares of elements. If there is an odd number of rows, the last one is repeated, and so the last column.</summary>
    /// <param name="whole">The elements, row by row, column by column, channel by channel.</param>
    /// <param name="height">Their rows.</param>
    /// <param name="width">Their columns.</param>
    /// <param name="channels">Their channels.</param>
    /// <param name="squares">Takes the squares, in the same order.</param>
    public static void Gather<T>(ReadOnlySpan<T> whole, int height, int width, int channels, Span<T> squares)
    {
        int to = 0;
        for (int y = 0; y < height; y += 2)
        {
            ReadOnlySpan<T> upper = whole.Slice(y * width * channels, width * channels);
            ReadOnlySpan<T> lower = whole.Slice(Math.Min(y + 1, height - 1) * width * channels, width * channels);
            for (int x = 0; x < width; x += 2)
            {
                int left = x * channels, right = Math.Min(x + 1, width - 1) * channels;
                for (int c = 0; c < channels; c++, to += 4)
                {
                    Span<T> square = squares.Slice(to, 4);
                    square[0] = upper[left + c];
                    square[1] = upper[right + c];
                    square[2] = lower[left + c];
                    square[3] = lower[right + c];
                }
            }
        }
    }
}
