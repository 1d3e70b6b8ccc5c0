using Tessera.Models.Causal.Tests.Support;

namespace Tessera.Models.Causal.Tests;

/// <summary>Neighbourhoods see the pixels of a tile, and beyond it what the rule says.</summary>
public unsafe class HistoryTests
{
    /// <summary>All places that may be looked at: those that are known for every pixel, whatever the tile's size.</summary>
    internal static readonly (int Dy, int Dx)[] Neighbourhood =
    [
        (0, -1), (0, -2), (0, -3),
        (-1, -3), (-1, -2), (-1, -1), (-1, 0), (-1, 1), (-1, 2),
        (-2, -2), (-2, -1), (-2, 0), (-2, 1), (-2, 2),
        (-3, -1), (-3, 0), (-3, 1),
    ];

    [Theory]
    [MemberData(nameof(WaveTests.Sizes), MemberType = typeof(WaveTests))]
    public void All_neighbours_are_what_the_rule_says(int height, int width)
    {
        using var history = new History();
        Check(history, height, width, 1);
    }

    [Fact]
    public void A_tile_knows_nothing_of_the_one_before()
    {
        using var history = new History();
        foreach ((int height, int width) in new[] { (40, 30), (1, 1), (7, 2), (256, 3), (3, 256), (5, 5) })
            Check(history, height, width, height);
    }

    private static void Check(History history, int height, int width, int seed)
    {
        var random = new Random(seed);
        PlainPlane[] planes = [.. PlainPlane.Blank(height, width), .. Enumerable.Range(0, 3).Select(_ => new PlainPlane(height, width, 0))];
        history.Reset(height, width);
        for (int step = 0; step < Wave.Steps(height, width); step++)
        {
            (int first, int end) = Wave.Rows(step, height, width);
            for (int plane = 0; plane < History.Planes; plane++)
            {
                for (int y = first; y < end; y++)
                {
                    int x = step - (Wave.Slant * y);
                    foreach ((int dy, int dx) in Neighbourhood)
                    {
                        int expected = planes[plane][y + dy, x + dx], actual = history.At(plane, step, new(dy, dx))[y];
                        if (expected != actual)
                            Assert.Fail($"Plane {plane}, pixel ({y}, {x}), neighbour ({dy}, {dx}): {actual} rather than {expected}.");
                    }
                }

                for (int y = first; y < end; y++)
                    history.At(plane, step)[y] = (short)(planes[plane][y, step - (Wave.Slant * y)] = random.Next(-4080, 4081));
            }

            history.Complete(step);
        }
    }
}
