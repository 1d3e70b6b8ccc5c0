using Tessera.Entropy;
using Tessera.Exact;
using Tessera.Exact.Managed;

namespace Tessera.Models.EfficientVdvae.Tests;

/// <summary>A small hierarchy that <c>training/</c> rounded and computed by itself: every value that it wrote is what the plugin computes.</summary>
public class FixtureTests
{
    private static readonly TensorFile Values = Read("tiny-exact.fixture.safetensors");
    private static readonly EfficientVdvaeWeights Weights = new(Read("tiny-exact.safetensors"));

    [Fact]
    public void The_hierarchy_has_everything_there_can_be()
    {
        GridConfiguration[] grids = [.. Weights.Configuration.Grids];
        Assert.Contains(grids, grid => grid.Latent.Contains(0) && grid.Latent.Any(channels => channels > 1));
        Assert.Contains(grids, grid => grid.Layers.Contains(0) && grid.Layers.Any(layers => layers > 1));
        Assert.Contains(Weights.Steps, step => !step.Kept.IsEmpty && step.Kept.Length < grids[step.Grid].Latent[step.Number]);
        Assert.All(new[] { 1, 2 }, axis => Assert.Equal(1, Values.Tensors["pixels"].Shape[axis] % 2));
    }

    [Fact]
    public void The_plugin_agrees_with_the_simulation_on_every_posterior_and_every_component()
    {
        using var hierarchy = new Hierarchy(Weights, new ManagedEngine());
        int[] shape = [.. Values.Tensors["pixels"].Shape];
        for (int tile = 0; tile < shape[0]; tile++)
        {
            hierarchy.Resize(shape[1], shape[2]);
            Fill(hierarchy.Pictures[0], tile);
            hierarchy.Pictures.Thin();
            hierarchy.Ascend();
            for (int i = 0; i < hierarchy.Steps.Length; i++)
            {
                Step step = hierarchy.Steps[i];
                hierarchy.Enter(step);
                if (step.HasPosterior)
                {
                    (ExactTensor locations, ExactTensor levels) = hierarchy.Posterior(step);
                    Assert.Equal(Elements($"{i}.posterior.location", tile), locations.Values.ToArray().Select(value => (int)value));
                    Assert.Equal(Elements($"{i}.posterior.level", tile), levels.Values.ToArray().Select(value => (int)value));
                }

                if (step.Latent is not null)
                {
                    int[] elements = Elements($"{i}.latent", tile);
                    for (int at = 0; at < elements.Length; at++)
                        step.Latent.Elements.Values[at] = (short)elements[at];
                }

                hierarchy.Leave(step);
                AssertComponents(hierarchy.Pictures[step.Grid], step, i, tile);
            }
        }
    }

    private static void AssertComponents(ExactTensor picture, Step step, int number, int tile)
    {
        int count = Weights.Configuration.Mixtures, colors = EfficientVdvaeConfiguration.Colors, compared = 0;
        int[] pixels = Elements($"{number}.pixel", tile);
        int[][] weights = [.. Enumerable.Range(0, colors).Select(color => Elements($"{number}.{color}.weight", tile))];
        int[][] locations = [.. Enumerable.Range(0, colors).Select(color => Elements($"{number}.{color}.location", tile))];
        int[][] levels = [.. Enumerable.Range(0, colors).Select(color => Elements($"{number}.{color}.level", tile))];
        var components = new MixtureComponent[count];
        PixelMixture mixture = new(new(Weights.Configuration.IsTransformed), Weights.Exponentials.AsSpan(), components, new uint[2 * count]);
        (int rows, int columns) = Pictures.SquaresWith(picture, step.Place);
        for (int y = 0; y < rows; y++)
        {
            for (int x = 0; x < columns; x++)
            {
                int square = (y * step.Mixtures.Width) + x;
                mixture.Begin(
                    step.Mixtures.Values.Slice(square * step.Mixtures.Channels, step.Mixtures.Channels),
                    step.Linear.Values.Slice(square * colors, colors),
                    picture.Values.Slice(Pictures.IndexOf(picture, 2 * y, 2 * x), colors));
                for (int color = 0; color < colors; color++)
                {
                    Mixture distribution = mixture.Of(color);
                    for (int k = 0; k < count; k++, compared++)
                    {
                        int at = (square * count) + k;
                        Assert.Equal(ScaleTables.Logistic.Component(locations[color][at], levels[color][at], (uint)weights[color][at]), components[k]);
                    }

                    mixture.Learn(color, distribution, pixels[(square * colors) + color]);
                }
            }
        }

        Assert.Equal(rows * columns * colors * count, compared);
    }

    private static void Fill(ExactTensor picture, int tile)
    {
        int[] samples = Elements("pixels", tile);
        using var image = new PlanarBuffer(picture.Width, picture.Height, EfficientVdvaeConfiguration.Colors);
        for (int i = 0; i < samples.Length; i++)
            image.Plane(i % image.Channels)[i / image.Channels] = (ushort)samples[i];
        TileRun run = Runs.Of(image, Math.Max(picture.Width, picture.Height));
        TilePixels.Read(run, run.Tiles[0], Weights.Configuration.IsTransformed, picture);
    }

    private static int[] Elements(string name, int tile)
    {
        int[] all = Values.Tensors[name].ToInt32();
        int length = all.Length / Values.Tensors[name].Shape[0];
        return all[(tile * length)..((tile + 1) * length)];
    }

    private static TensorFile Read(string name) => TensorFile.Read(File.ReadAllBytes(Repository.PathOf("tests", "fixtures", "evdvae", name)));
}
