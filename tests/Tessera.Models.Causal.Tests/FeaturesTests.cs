using Tessera.Models.Causal.Tests.Support;

namespace Tessera.Models.Causal.Tests;

/// <summary>What the network reads of eight pixels is what it reads of each.</summary>
public unsafe class FeaturesTests
{
    [Theory]
    [InlineData("photograph", 30, 24)]
    [InlineData("noise", 17, 40)]
    [InlineData("extremes", 26, 26)]
    [InlineData("checkerboard", 9, 30)]
    [InlineData("flat", 9, 9)]
    [InlineData("noise", 12, 2)]
    [InlineData("noise", 5, 1)]
    public void Every_pixel_s_features_are_those_of_the_plain_algorithm(string kind, int height, int width)
    {
        var weights = new CausalWeights(SmallModel.Weights(1));
        var plain = new PlainModel(SmallModel.Weights(1));
        var random = new Random(height);
        using PlanarBuffer image = Picture.Plane(kind, width, height);
        PlainPlane[] values = PlainPlane.Of(image), errors = [.. Enumerable.Range(0, 3).Select(_ => new PlainPlane(height, width, 0))];
        using var history = new History();
        using NativeArray<int> blind = new(3 * Block.Stride), scales = new(3 * Block.Stride);
        using var features = new NativeArray<short>(Features.Count * Lanes.Count);
        history.Reset(height, width);
        for (int step = 0; step < Wave.Steps(height, width); step++)
        {
            (int first, int end) = Wave.Rows(step, height, width);

            // Predictions as far from the pixels as they can be.
            for (int channel = 0; channel < 3; channel++)
            {
                for (int y = first; y < end; y++)
                    blind.Span[(channel * Block.Stride) + y - first] = Prediction(channel);
            }

            for (int at = first; at < end; at += Lanes.Count)
            {
                Features.Compute(weights.Tables, history, step, at, blind.Pointer + (at - first), scales.Pointer + (at - first), Block.Stride, features.Pointer);
                for (int y = at; y < Math.Min(end, at + Lanes.Count); y++)
                {
                    int[] predictions = [.. Enumerable.Range(0, 3).Select(channel => blind.Span[(channel * Block.Stride) + y - first])];
                    int[] expected = plain.Features(values, errors, y, step - (3 * y), predictions, out int[] expectedScales);
                    Assert.Equal(expected, Enumerable.Range(0, Features.Count).Select(k => (int)features.Span[(k * Lanes.Count) + y - at]));
                    Assert.Equal(expectedScales, Enumerable.Range(0, 3).Select(channel => scales.Span[(channel * Block.Stride) + y - first]));
                    Assert.All(expected, input => Assert.InRange(input, -Features.Limit, Features.Limit));
                }
            }

            for (int channel = 0; channel < 3; channel++)
            {
                for (int y = first; y < end; y++)
                {
                    int x = step - (3 * y), value = values[channel][y, x];
                    errors[channel][y, x] = (8 * value) - Prediction(channel);
                    history.At(channel, step)[y] = (short)value;
                    history.At(3 + channel, step)[y] = (short)errors[channel][y, x];
                }
            }

            history.Complete(step);
        }

        int Prediction(int channel)
        {
            int lowest = channel == 0 ? 0 : -2040;
            return random.Next(3) switch { 0 => lowest, 1 => 2040, _ => random.Next(lowest, 2041) };
        }
    }

    [Fact]
    public void A_channel_knows_two_inputs_of_each_before_it_and_its_own_correction() =>
        Assert.Equal([0, 3, 5], Enumerable.Range(0, 3).Select(Features.KnownCount));

    [Fact]
    public void The_largest_scale_is_that_of_the_largest_errors_beside_the_largest_step()
    {
        const int Error = 2 * 255 * 8, Step = 2 * 255;
        int largest = (6 * Error * 171 / 1024) + (Step * 77 / 64) + 8;
        Assert.InRange(largest, FeatureTables.SmallestScale, FeatureTables.LargestScale);
        Assert.InRange(Error, 0, FeatureTables.Differences - 1);
    }
}
