using Tessera.Models.Causal.Tests.Support;

namespace Tessera.Models.Causal.Tests;

/// <summary>Many pixels at once are predicted as each by itself.</summary>
public unsafe class LeastSquaresTests
{
    public static TheoryData<string, int, int> Tiles
    {
        get
        {
            var tiles = new TheoryData<string, int, int> { { "photograph", 256, 20 }, { "noise", 20, 256 } };
            foreach (string kind in Picture.Kinds)
            {
                tiles.Add(kind, 41, 53);
                tiles.Add(kind, 1, 20);
                tiles.Add(kind, 20, 1);
                tiles.Add(kind, 11, 2);
                tiles.Add(kind, 18, 3);
            }

            return tiles;
        }
    }

    [Theory]
    [MemberData(nameof(Tiles))]
    public void Every_pixel_s_predictions_are_those_of_the_plain_algorithm(string kind, int height, int width)
    {
        using var predictor = new LeastSquares();
        using var history = new History();
        using PlanarBuffer image = Picture.Plane(kind, width, height);
        Assert.Equal(Plain(image), Predictions(predictor, history, image));
    }

    [Fact]
    public void A_tile_is_predicted_as_if_there_were_none_before()
    {
        using var predictor = new LeastSquares();
        using var history = new History();
        (string, int, int)[] tiles = [("extremes", 60, 33), ("photograph", 25, 31), ("noise", 3, 70), ("flat", 9, 9), ("photograph", 70, 4)];
        foreach ((string kind, int height, int width) in tiles)
        {
            using PlanarBuffer image = Picture.Plane(kind, width, height, seed: 2);
            Assert.Equal(Plain(image), Predictions(predictor, history, image));
        }
    }

    [Fact]
    public void What_is_linear_is_soon_predicted_closely()
    {
        // An image whose pixels are a linear function of neighbours, plus a little noise: errors fall below those of the gradient alone.
        using var predictor = new LeastSquares();
        using var history = new History();
        using var image = new PlanarBuffer(80, 80, 3);
        for (int y = 0; y < 80; y++)
        {
            for (int x = 0; x < 80; x++)
            {
                int value = 128 + (int)Math.Round(100 * Math.Sin((x * 0.4) + (y * 0.23)));
                (image.Row(0, y)[x], image.Row(1, y)[x], image.Row(2, y)[x]) = ((ushort)value, (ushort)value, (ushort)value);
            }
        }

        (int Blind, int Informed)[] predictions = Predictions(predictor, history, image);
        PlainPlane luma = PlainPlane.Of(image)[0];
        double error = 0, gradient = 0;
        for (int y = 40; y < 80; y++)
        {
            for (int x = 0; x < 80; x++)
            {
                int west = luma[y, x - 1], north = luma[y - 1, x], slope = west + north - luma[y - 1, x - 1];
                gradient += Math.Abs(Math.Clamp(slope, Math.Min(west, north), Math.Max(west, north)) - luma[y, x]);
                error += Math.Abs((predictions[((y * 80) + x) * 3].Informed / 8.0) - luma[y, x]);
            }
        }

        Assert.InRange(error, 0, gradient / 4);
    }

    /// <summary>Row by row, column by column, channel by channel.</summary>
    private static (int Blind, int Informed)[] Plain(PlanarBuffer image)
    {
        var plain = new PlainLeastSquares(PlainPlane.Of(image), image.Height, image.Width);
        var result = new List<(int, int)>();
        for (int y = 0; y < image.Height; y++)
        {
            for (int x = 0; x < image.Width; x++)
            {
                int[] blind = plain.Blind(y, x);
                for (int channel = 0; channel < 3; channel++)
                    result.Add((blind[channel], plain.Informed(y, x, channel)));
                plain.Learn(y, x);
            }
        }

        return [.. result];
    }

    private static (int Blind, int Informed)[] Predictions(LeastSquares predictor, History history, PlanarBuffer image)
    {
        PlainPlane[] values = PlainPlane.Of(image);
        var result = new (int, int)[image.Height * image.Width * 3];
        using var memory = new NativeArray<int>(3 * Block.Stride);
        history.Reset(image.Height, image.Width);
        predictor.Reset();
        for (int step = 0; step < Wave.Steps(image.Height, image.Width); step++)
        {
            (int first, int end) = Wave.Rows(step, image.Height, image.Width);
            if (first < end)
                predictor.Begin(history, step, first, end, memory.Pointer, Block.Stride);
            for (int channel = 0; channel < 3; channel++)
            {
                for (int y = first; y < end; y++)
                {
                    int x = step - (3 * y), value = values[channel][y, x];
                    result[(((y * image.Width) + x) * 3) + channel] = (memory.Pointer[(channel * Block.Stride) + y - first], predictor.Informed(channel, y));
                    predictor.Reveal(channel, y, value);
                    history.At(channel, step)[y] = (short)value;
                }
            }

            if (first < end)
                predictor.End();
            history.Complete(step);
        }

        return result;
    }
}
