using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.PixelFormats;
using SixLabors.ImageSharp.Processing;

namespace Tessera.ImageSharp.Tests;

public sealed class OptionTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 3)]
    [InlineData(9, 3)]
    public void No_more_frames_are_loaded_than_asked_for(uint maxFrames, int expected)
    {
        using Image<Rgb24> image = Sharp.Random<Rgb24>(20, 10, frames: 3);
        using Image<Rgb24> loaded = Sharp.Load<Rgb24>(Sharp.Save(image), new() { Configuration = Sharp.Configuration, MaxFrames = maxFrames });
        Assert.Equal(expected, loaded.Frames.Count);
        Assert.Equal(3, loaded.Metadata.GetTesseraMetadata().FrameCount);
        Assert.Equal(Sharp.Bytes(image)[..(20 * 10 * 3 * expected)], Sharp.Bytes(loaded));
    }

    [Fact]
    public void What_comes_after_the_wanted_frames_is_not_read()
    {
        using Image<Rgb24> image = Sharp.Random<Rgb24>(300, 200, frames: 10);
        byte[] file = Sharp.Save(image);
        using var stream = new CountingStream(new MemoryStream(file), canSeek: true);
        using Image loaded = Image.Load(new DecoderOptions { Configuration = Sharp.Configuration, MaxFrames = 1 }, stream);
        Assert.InRange(stream.BytesRead, file.Length / 10, file.Length / 2);
    }

    [Fact]
    public void An_image_is_scaled_to_the_target_size_as_ImageSharp_scales()
    {
        using Image<Rgb24> image = Sharp.Random<Rgb24>(64, 32);
        using Image<Rgb24> expected = image.Clone(c => c.Resize(new ResizeOptions { Size = new(16, 16), Mode = ResizeMode.Max, Sampler = KnownResamplers.Box }));
        using Image<Rgb24> loaded = Sharp.Load<Rgb24>(Sharp.Save(image), new() { Configuration = Sharp.Configuration, TargetSize = new(16, 16) });
        Assert.Equal(new Size(16, 8), loaded.Size);
        Assert.Equal(Sharp.Bytes(expected), Sharp.Bytes(loaded));
    }

    [Fact]
    public async Task The_target_size_is_honoured_asynchronously()
    {
        using var file = new MemoryStream(Sharp.Save(Sharp.Random<Rgb24>(64, 32)));
        using Image loaded = await Image.LoadAsync(new DecoderOptions { Configuration = Sharp.Configuration, TargetSize = new(16, 16) }, file);
        Assert.Equal(new Size(16, 8), loaded.Size);
    }

    [Fact]
    public void Effort_and_tile_size_reach_the_codec()
    {
        using Image<Rgb24> image = Sharp.Random<Rgb24>(64, 64);
        Assert.Equal(16, Header(new() { TileSize = 16 }).TileSize);
        Assert.NotEqual(16, Header(new()).TileSize);
        var e = Assert.Throws<ArgumentException>(() => Header(new() { ModelIds = ["no-such-model"] }));
        Assert.Contains("no-such-model", e.Message, StringComparison.Ordinal);

        Tessera.Container.ContainerHeader Header(TesseraEncoder encoder) =>
            new CoreDecoder(new() { Registry = Rasters.Registry }).IdentifyAsync(new MemoryStream(Sharp.Save(image, encoder))).Result.Header;
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    public void An_effort_out_of_range_is_refused_at_once(int effort) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new TesseraEncoder { Effort = effort });

    [Theory]
    [InlineData(0)]
    [InlineData(16385)]
    public void A_tile_size_out_of_range_is_refused_at_once(int size) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new TesseraEncoder { TileSize = size });

    [Fact]
    public void A_negative_degree_of_parallelism_is_refused_at_once() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new TesseraEncoder { MaxDegreeOfParallelism = -1 });

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    [InlineData(3)]
    public void The_configurations_degree_of_parallelism_is_taken(int threads)
    {
        Configuration configuration = Sharp.Configuration.Clone();
        configuration.MaxDegreeOfParallelism = threads;
        using Image<Rgb24> image = new(configuration, 50, 50);
        using Image loaded = Sharp.Load(Sharp.Save(image), new() { Configuration = configuration });
        Assert.Equal(new Size(50, 50), loaded.Size);
    }
}
