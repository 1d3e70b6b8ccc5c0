using Tessera.Entropy;
using Tessera.Exact;
using Tessera.Models.EfficientVdvae.Tests.Support;
using Xunit.Abstractions;

namespace Tessera.Models.EfficientVdvae.Tests;

/// <summary>A run takes what its distributions say.</summary>
public class CostTests(ITestOutputHelper output)
{
    [Fact]
    public async Task A_run_adds_the_bits_of_its_tables()
    {
        using Raster image = await Photograph.CreateAsync(70, 50);
        TileRun run = Runs.Of(image.Frames[0].Samples, 32);
        byte[] supply = Runs.Supply(20_000);
        foreach (TensorFile file in new[] { SmallModel.Tiny, SmallModel.Plain(), SmallModel.Plain(posteriorLevel: 30) })
        {
            double added = Runs.Added(supply, Runs.Encode(new EfficientVdvaeModel(file), run, supply));
            var reference = new Reference(file);
            using AnsStack stack = AnsStack.FromBytes(supply);
            foreach (PixelRectangle tile in run.Tiles)
                reference.Encode(Runs.Samples(run, tile), stack);
            output.WriteLine($"added {added}, tables {reference.Bits:F2} bits");
            Assert.InRange(added - reference.Bits, -2, 2 + (1e-5 * Math.Abs(reference.Bits)));
        }
    }

    [Fact]
    public void A_pixel_costs_what_the_mixture_of_whole_pixels_gives_it()
    {
        // Of pixels that are drawn from their mixtures: then both expect the same.
        var random = new Random(1);
        using AnsStack stack = AnsStack.FromBytes(Runs.Supply(200_000));
        short[] exponentials = [.. Enumerable.Range(0, 1024).Select(i => (short)Math.Max(1, 32767 * Math.Exp(-i / 100.0)))];
        double apart = 0, together = 0;
        const int Pixels = 5000;

        // What each integer has of a mixture's slots whatever its components say.
        const double Floor = 8.0 / (1 << Mixture.Precision);
        for (int i = 0; i < Pixels; i++)
        {
            int count = random.Next(1, 9);
            short[] logits = Numbers(count, 0, 200), corrections = Numbers(3 * count, -300, 300), levels = Numbers(3 * count, 20, 60);
            short[] outputs = [.. logits, .. corrections, .. levels, .. Numbers(3 * count, -300, 300)], linear = Numbers(3, -500, 500), near = Numbers(3, -50, 50);
            var numbers = new uint[2 * count];
            PixelMixture pixel = new(new(IsTransformed: true), exponentials, new MixtureComponent[count], numbers);
            pixel.Begin(outputs, linear, near);
            var masses = new uint[count];
            double[] likelihoods = [.. numbers[..count].Select(weight => weight / 4096.0)];
            for (int color = 0; color < 3; color++)
            {
                Mixture mixture = pixel.Of(color);
                int value = mixture.Pop(stack);
                apart -= Math.Log2(mixture.Interval(value).Frequency) - Mixture.Precision;
                mixture.Masses(value, masses);
                for (int k = 0; k < count; k++)
                    likelihoods[k] *= ((masses[k] / (double)(1 << 26)) + Floor) / (1 + (511 * Floor));
                pixel.Learn(color, mixture, value);
            }

            together -= Math.Log2(likelihoods.Sum());
        }

        output.WriteLine($"{apart / Pixels:F4}, by whole pixels {together / Pixels:F4} bits");
        Assert.InRange((apart - together) / Pixels, -0.02, 0.02);

        short[] Numbers(int count, int low, int high) => [.. Enumerable.Range(0, count).Select(_ => (short)random.Next(low, high))];
    }

    [Fact]
    public async Task A_latent_whose_posterior_is_its_prior_costs_nothing()
    {
        using Raster image = await Photograph.CreateAsync(64, 64);
        TileRun run = Runs.Of(image.Frames[0].Samples, 64);
        byte[] supply = Runs.Supply(20_000);
        double without = Added(SmallModel.Plain(kept: 0)), with = Added(SmallModel.Plain(kept: 1));
        Assert.InRange(with - without, -2, 2);

        // One that is half as wide costs one bit an element, less half of what the variance is smaller by.
        double narrow = Added(SmallModel.Plain(kept: 1, posteriorLevel: 40));
        int elements = 3 * ((32 * 32) + (16 * 16) + (8 * 8));
        Assert.InRange((narrow - without) / elements, 1 - (0.375 / Math.Log(2)) - 0.02, 1 - (0.375 / Math.Log(2)) + 0.02);

        double Added(TensorFile file) => Runs.Added(supply, Runs.Encode(new EfficientVdvaeModel(file), run, supply));
    }
}
