namespace Tessera.Models.Causal.Tests.Support;

/// <summary>
/// Recursive least squares as <c>training/tessera_training/causal/least_squares.py</c> has it, but one pixel after the other, row by row:
/// what the row above knows when a pixel is coded is what it knew two pixels further to the right.
/// </summary>
internal sealed class PlainLeastSquares(PlainPlane[] values, int height, int width)
{
    private const int Known = 14;
    private const int All = 17;

    private static readonly (int Channel, int Dy, int Dx)[] Neighbours =
    [
        (0, 0, -1), (0, -1, 0), (0, -1, -1), (0, -1, 1), (0, 0, -2), (0, -2, 0),
        (1, 0, -1), (1, -1, 0), (1, -1, -1), (1, -1, 1),
        (2, 0, -1), (2, -1, 0), (2, -1, -1), (2, -1, 1),
    ];

    private readonly int[,][,] _up = new int[height, width][,];
    private readonly int[,][,] _weights = new int[height, width][,];
    private readonly int[] _center = new int[3], _differences = new int[All];
    private int[,] _left = new int[All, All];

    // All is checked: nothing overflows, whatever the image is.

    /// <summary>Predicts a pixel from its neighbours alone, in eighths.</summary>
    public int[] Blind(int y, int x)
    {
        for (int channel = 0; channel < 3; channel++)
        {
            int west = values[channel][y, x - 1], north = values[channel][y - 1, x], slope = west + north - values[channel][y - 1, x - 1];
            int[] sorted = [west, north, slope];
            Array.Sort(sorted);
            _center[channel] = sorted[1];
        }

        for (int k = 0; k < Known; k++)
            _differences[k] = values[Neighbours[k].Channel][y + Neighbours[k].Dy, x + Neighbours[k].Dx] - _center[Neighbours[k].Channel];
        if (x == 0)
            _left = new int[All, All];
        Solve(y, x);

        var blind = new int[3];
        for (int channel = 0; channel < 3; channel++)
        {
            int total = Products(y, x, channel);
            for (int other = 0; other < channel; other++)
                total = checked(total + ((_weights[y, x][channel, Known + other] * (blind[other] - (_center[other] * 8))) >> 3));
            blind[channel] = Rounded(channel, total);
        }

        return blind;
    }

    /// <summary>Predicts a channel from the pixel's channels before it too.</summary>
    public int Informed(int y, int x, int channel)
    {
        int total = Products(y, x, channel);
        for (int other = 0; other < channel; other++)
            total = checked(total + (_weights[y, x][channel, Known + other] * (values[other][y, x] - _center[other])));
        return Rounded(channel, total);
    }

    /// <summary>Learns from a pixel.</summary>
    public void Learn(int y, int x)
    {
        for (int channel = 0; channel < 3; channel++)
            _differences[Known + channel] = values[channel][y, x] - _center[channel];
        int energy = 100 + _differences.Sum(d => d * d), half = FloorLog2(energy) / 2;
        int root = (int)Math.Round(65536 / Math.Sqrt(energy >> ((2 * half) - 6)));
        int[] normal = [.. _differences.Select(d => ((d * root) + (1 << (half - 1))) >> half)];

        int[,]? above = y > 0 ? _up[y - 1, Math.Min(x + 2, width - 1)] : null;
        var up = new int[All, All];
        for (int i = 0; i < All; i++)
        {
            for (int j = 0; j < All; j++)
            {
                _left[i, j] = checked(_left[i, j] + ((normal[i] * normal[j]) >> 8) - (_left[i, j] >> 4));
                int before = above?[i, j] ?? 0;
                up[i, j] = checked(before - (before >> 4) + (_left[i, j] >> 4));
            }
        }

        _up[y, x] = up;
    }

    private static int FloorLog2(int value)
    {
        int result = 0;
        while (value >> (result + 1) != 0)
            result++;
        return result;
    }

    // One round of Gauss-Seidel, from the mean of the weights to the left and above.
    private void Solve(int y, int x)
    {
        int[,]? above = y > 0 ? _weights[y - 1, Math.Min(x + 2, width - 1)] : null, left = x > 0 ? _weights[y, x - 1] : above;
        above ??= left;
        int[,]? up = y > 0 ? _up[y - 1, Math.Min(x + 2, width - 1)] : null;
        var moments = new int[All, All];
        for (int i = 0; i < All; i++)
        {
            for (int j = 0; j < All; j++)
                moments[i, j] = Math.Min(((up?[i, j] ?? 0) + (_left[i, j] >> 3) + 64 >> 7) + (i == j ? 5 : 0), 32767);
        }

        var weights = new int[3, All];
        for (int channel = 0; channel < 3; channel++)
        {
            for (int k = 0; k < All; k++)
                weights[channel, k] = above is null ? 0 : (left![channel, k] + above[channel, k] + 1) >> 1;
        }

        for (int channel = 0; channel < 3; channel++)
        {
            for (int p = 0; p < Known + channel; p++)
            {
                int rest = checked(moments[p, Known + channel] * 4096);
                for (int k = 0; k < Known + channel; k++)
                    rest = checked(rest - (moments[p, k] * weights[channel, k]));
                int size = FloorLog2(moments[p, p]), leading = size >= 7 ? moments[p, p] >> (size - 7) : moments[p, p] << (7 - size);
                int change = ((Math.Clamp(rest >> size, -32768, 32767) * ((1 << 21) / leading)) + 8192) >> 14;
                weights[channel, p] = Math.Clamp(weights[channel, p] + change, -16383, 16383);
            }
        }

        _weights[y, x] = weights;
    }

    private int Products(int y, int x, int channel)
    {
        int total = 0;
        for (int k = 0; k < Known; k++)
            total = checked(total + (_weights[y, x][channel, k] * _differences[k]));
        return total;
    }

    private int Rounded(int channel, int total) =>
        Math.Clamp((_center[channel] * 8) + ((total + 256) >> 9), channel == 0 ? 0 : -2040, 2040);
}
