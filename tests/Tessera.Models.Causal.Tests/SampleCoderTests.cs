using Tessera.Entropy;
using Tessera.Models.Causal.Tests.Support;
using Tessera.Models.Tests.Support;

namespace Tessera.Models.Causal.Tests;

/// <summary>Colors are recalled as the plain algorithm recalls them.</summary>
public class SampleCoderTests
{
    [Theory]
    [InlineData("photograph")]
    [InlineData("noise")]
    [InlineData("extremes")]
    [InlineData("checkerboard")]
    [InlineData("flat")]
    public void Everything_that_is_coded_has_the_slots_of_the_plain_algorithm(string kind)
    {
        using PlanarBuffer image = Picture.Plane(kind, 60, 40);
        AssertCodedAsPlain(image);
    }

    [Fact]
    public void Pictures_of_few_colors_are_recalled_as_by_the_plain_algorithm()
    {
        // As many Co to a Y, and Cg to both, as lists have places for, and more.
        var random = new Random(8);
        foreach (int colors in new[] { 2, 9, 40, 300 })
        {
            (ushort, ushort, ushort)[] palette = [.. Enumerable.Range(0, colors).Select(_ => Color())];
            using var image = new PlanarBuffer(60, 40, 3);
            for (int i = 0; i < image.Plane(0).Length; i++)
                (image.Plane(0)[i], image.Plane(1)[i], image.Plane(2)[i]) = palette[random.Next(colors)];
            AssertCodedAsPlain(image);
        }

        (ushort, ushort, ushort) Color()
        {
            int luma = random.Next(100, 102), orange = random.Next(-4, 5), rest = random.Next(-6, 7);
            int between = luma - (rest >> 1), blue = between - (orange >> 1);
            return ((ushort)(blue + orange), (ushort)(rest + between), (ushort)blue);
        }
    }

    [Fact]
    public void Lists_have_the_latest_samples_first_each_once()
    {
        using var recall = new Recall();
        recall.Reset();
        int list = Recall.ListOf(5, -3);
        Assert.True(recall[list].IsEmpty);
        int[] samples = [1, 2, 3, 2, -255, 255, 4, 5, 6];
        foreach (int sample in samples)
            recall.Add(list, sample);
        Assert.Equal([6, 5, 4, 255, -255, 2, 3], recall[list].ToArray().Select(sample => (int)sample));
        Assert.True(recall[Recall.ListOf(5)].IsEmpty);
        Assert.True(recall[Recall.ListOf(5, -2)].IsEmpty);
        recall.Reset();
        Assert.True(recall[list].IsEmpty);
    }

    [Fact]
    public void Every_pair_of_samples_has_a_list_of_its_own()
    {
        IEnumerable<int> lists = Enumerable.Range(0, 256).Select(luma => Recall.ListOf(luma))
            .Concat(Enumerable.Range(0, 256).SelectMany(luma => Enumerable.Range(-255, 511).Select(orange => Recall.ListOf(luma, orange))));
        Assert.Equal(256 * 512, lists.Distinct().Count());
        Assert.Equal(0, lists.Min());
    }

    private static void AssertCodedAsPlain(PlanarBuffer image)
    {
        const int Tile = 32;
        using var recall = new Recall();
        recall.Reset();
        TileRun run = Coding.Run(image, Tile);
        var recorder = new SampleCoder<Recorder>(new([]), recall);
        var weights = SmallModel.Weights(1);
        List<PixelRectangle> blocks = Wavefront.Run(new(weights), run, ref recorder);

        var model = new PlainModel(weights);
        var plain = new PlainRecall();
        PlainModel.Sample[][,,] samples = [.. blocks.Select(Samples)];
        IEnumerable<SymbolInterval> expected = Wavefront.Order([.. blocks.Select(block => (block.Height, block.Width))]).SelectMany(place =>
        {
            PlainModel.Sample At(int channel) => samples[place.Block][place.Y, place.X, channel];
            PlainModel.Sample sample = At(place.Channel);
            return plain.Code(
                place.Channel, place.Channel > 0 ? At(0).Value : 0, place.Channel > 1 ? At(1).Value : 0, sample.Value, sample.Slots);
        });
        Assert.Equal(expected, recorder.Coder.Intervals);

        PlainModel.Sample[,,] Samples(PixelRectangle block)
        {
            using var part = new PlanarBuffer(block.Width, block.Height, 3);
            for (int row = 0; row < 3 * block.Height; row++)
                run.Row(row % 3, block, row / 3).CopyTo(part.Row(row % 3, row / 3));
            return model.Samples(part);
        }
    }

    private readonly struct Recorder(List<SymbolInterval> intervals) : ISymbolCoder
    {
        public static bool Decodes => false;

        public List<SymbolInterval> Intervals => intervals;

        public int Code(in Mixture distribution, int sample)
        {
            intervals.Add(distribution.Interval(sample));
            return sample;
        }

        public int Code(in Division distribution, bool listed, int sample)
        {
            intervals.Add(distribution.Interval(listed, sample));
            return sample;
        }

        public bool Code(Decision distribution, bool decision)
        {
            intervals.Add(distribution.Interval(decision));
            return decision;
        }
    }
}
