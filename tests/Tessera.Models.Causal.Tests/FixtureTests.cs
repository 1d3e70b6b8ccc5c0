using Tessera.Entropy;
using Tessera.Exact;
using Tessera.Models.Causal.Tests.Support;

namespace Tessera.Models.Causal.Tests;

/// <summary>
/// Tiles that <c>training/</c> computed by itself: every sample has the slots that it wrote, and the plain model's numbers on the way are its own.
/// </summary>
public class FixtureTests
{
    public static TheoryData<string> Names => [.. Models];

    private static string Folder => Repository.PathOf("tests", "fixtures", "causal");

    private static IEnumerable<string> Models => Directory.Exists(Folder)
        ? Directory.GetFiles(Folder, "*.fixture.safetensors").Select(path => Path.GetFileName(path).Split('.')[0]).Order(StringComparer.Ordinal)
        : [];

    [Fact]
    public void There_are_several_fixtures() => Assert.True(Models.Count() >= 2, $"{Folder} has {Models.Count()} fixtures.");

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_sample_has_the_slots_of_the_simulation(string name)
    {
        TensorFile weights = Read($"{name}.safetensors"), fixture = Read($"{name}.fixture.safetensors");
        foreach ((int tile, PlanarBuffer image) in Tiles(fixture))
        {
            using (image)
            {
                SymbolInterval[,,] intervals = Wavefront.Intervals(new(weights), Coding.Run(image, TileBlocks.MaxSide)).Single();
                AssertSame(fixture, $"{tile}.start", intervals.Cast<SymbolInterval>().Select(interval => (int)interval.Start));
                AssertSame(fixture, $"{tile}.frequency", intervals.Cast<SymbolInterval>().Select(interval => (int)interval.Frequency));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_plain_model_agrees_with_the_simulation_on_what_leads_there(string name)
    {
        var plain = new PlainModel(Read($"{name}.safetensors"));
        TensorFile fixture = Read($"{name}.fixture.safetensors");
        foreach ((int tile, PlanarBuffer image) in Tiles(fixture))
        {
            using (image)
            {
                PlainModel.Sample[] samples = [.. plain.Samples(image).Cast<PlainModel.Sample>()];
                AssertSame(fixture, $"{tile}.blind", samples.Select(sample => sample.Blind));
                AssertSame(fixture, $"{tile}.informed", samples.Select(sample => sample.Informed));
                AssertSame(fixture, $"{tile}.scale", samples.Select(sample => sample.Scale));
                AssertSame(fixture, $"{tile}.output", samples.SelectMany(sample => sample.Outputs));
            }
        }
    }

    private static IEnumerable<(int Tile, PlanarBuffer Image)> Tiles(TensorFile fixture)
    {
        Assert.Contains("0.pixels", fixture.Tensors.Keys);
        for (int tile = 0; fixture.Tensors.TryGetValue($"{tile}.pixels", out Tensor? pixels); tile++)
        {
            int height = pixels.Shape[0], width = pixels.Shape[1];
            int[] samples = pixels.ToInt32();
            Assert.Equal(height * width * 3, samples.Length);
            var image = new PlanarBuffer(width, height, 3);
            for (int i = 0; i < samples.Length; i++)
                image.Plane(i % 3)[i / 3] = (ushort)samples[i];
            yield return (tile, image);
        }
    }

    private static void AssertSame(TensorFile fixture, string name, IEnumerable<int> actual) => Assert.Equal(fixture.Tensors[name].ToInt32(), actual);

    private static TensorFile Read(string name) => TensorFile.Read(File.ReadAllBytes(Path.Combine(Folder, name)));
}
