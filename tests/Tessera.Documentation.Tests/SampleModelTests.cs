using MyModel;

namespace Tessera.Documentation.Tests;

/// <summary>The model of the tutorial codes what it says that it codes.</summary>
public sealed class SampleModelTests
{
    private static readonly ModelRegistry Registry = new ModelRegistryBuilder().Add(new MyPlugin()).Build();

    public static TheoryData<int, int> Formats
    {
        get
        {
            var formats = new TheoryData<int, int>();
            foreach (int channels in (int[])[1, 2, 3, 4])
            {
                foreach (int depth in (int[])[1, 2, 7, 8, 12, 16])
                    formats.Add(channels, depth);
            }

            return formats;
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task Noise_and_extremes_of_every_format_come_back(int channels, int depth)
    {
        using Raster image = Raster.Create(new(70, 40, new(channels, depth)));
        var random = new Random(1);
        for (int channel = 0; channel < channels; channel++)
        {
            Span<ushort> plane = image.Frames[0].Samples.Plane(channel);
            for (int i = 0; i < plane.Length; i++)
                plane[i] = (ushort)(i < plane.Length / 2 ? random.Next(1 << depth) : random.Next(2) * ((1 << depth) - 1));
        }

        byte[] file = await EncodeAsync(image);
        using Raster same = await new TesseraDecoder(new() { Registry = Registry }).DecodeToRasterAsync(new MemoryStream(file));
        Assert.True(image.HasSamePixels(same));
    }

    [Fact]
    public async Task A_ramp_takes_a_sixth_of_its_samples()
    {
        using Raster image = Raster.Create(new(256, 256, new(3, 8)));
        for (int channel = 0; channel < 3; channel++)
        {
            Span<ushort> plane = image.Frames[0].Samples.Plane(channel);
            for (int i = 0; i < plane.Length; i++)
                plane[i] = (ushort)(((i % 256) + (i / 256)) / 2);
        }

        Assert.InRange((await EncodeAsync(image)).Length, 1, 3 * 256 * 256 / 6);
    }

    [Fact]
    public void It_has_less_than_a_hundred_lines() =>
        Assert.InRange(File.ReadAllLines(Models.Repository.PathOf("samples", "MyModel", "MedianModel.cs")).Length, 1, 99);

    private static Task<byte[]> EncodeAsync(Raster image) => new TesseraEncoder(new() { Registry = Registry }).EncodeToArrayAsync(image);
}
