using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.PixelFormats;
using Tessera.Formats.Tests;

namespace Tessera.ImageSharp.Tests;

public sealed class StreamTests : IDisposable
{
    private readonly Image<Rgb24> _image = Sharp.Random<Rgb24>(90, 70, frames: 2);
    private readonly byte[] _file;

    public StreamTests() => _file = Sharp.Save(_image);

    public void Dispose() => _image.Dispose();

    [Fact]
    public async Task A_stream_that_cannot_seek_and_gives_a_byte_at_a_time_is_decoded_as_it_comes()
    {
        var stream = new CountingStream(new MemoryStream(_file), canSeek: false) { Step = 1 };
        using Image<Rgb24> loaded = await TesseraDecoder.Instance.DecodeAsync<Rgb24>(Sharp.Options, stream);
        Assert.Equal(Sharp.Bytes(_image), Sharp.Bytes(loaded));
        Assert.Equal(0, stream.SynchronousCalls);
    }

    [Fact]
    public async Task A_stream_of_few_bytes_at_a_time_is_loaded_through_ImageSharp()
    {
        using Image loaded = await Image.LoadAsync(Sharp.Options, new DribblingStream(_file));
        Assert.Equal(Sharp.Bytes(_image), Sharp.Bytes((Image<Rgb24>)loaded));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Synchronous_calls_load_from_any_stream(bool canSeek)
    {
        var stream = new CountingStream(new MemoryStream(_file), canSeek) { Step = 1 };
        using Image<Rgb24> loaded = Image.Load<Rgb24>(Sharp.Options, stream);
        Assert.Equal(Sharp.Bytes(_image), Sharp.Bytes(loaded));
    }

    [Fact]
    public async Task Asynchronous_loading_from_a_stream_that_seeks_makes_no_synchronous_call_but_the_detectors()
    {
        var stream = new CountingStream(new MemoryStream(_file), canSeek: true);
        using Image<Rgb24> loaded = await Image.LoadAsync<Rgb24>(Sharp.Options, stream);
        Assert.Equal(1, stream.SynchronousCalls);
        Assert.InRange(stream.BytesRead, _file.Length, _file.Length + 16);
    }

    [Fact]
    public async Task Asynchronous_saving_makes_no_synchronous_call_and_holds_no_whole_file()
    {
        using var file = new MemoryStream();
        var stream = new CountingStream(file, canSeek: false);
        await _image.SaveAsTesseraAsync(stream, new TesseraEncoder { TileSize = 16 });
        Assert.Equal(0, stream.SynchronousCalls);
        Assert.InRange(stream.LargestWrite, 1, (int)file.Length - 1);
        Assert.Equal(Sharp.Bytes(_image), Sharp.Bytes(Sharp.Load<Rgb24>(file.ToArray())));
    }

    [Fact]
    public void Saving_to_a_stream_that_cannot_seek_gives_the_same_file()
    {
        using var file = new MemoryStream();
        _image.Save(new CountingStream(file, canSeek: false), TesseraFormat.Instance);
        Assert.Equal(_file, file.ToArray());
    }

    [Fact]
    public void Saving_begins_where_the_stream_stands()
    {
        using var file = new MemoryStream();
        file.Write([1, 2, 3]);
        _image.Save(file, TesseraFormat.Instance);
        Assert.Equal([1, 2, 3, .. _file], file.ToArray());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Identify_reads_a_few_hundred_bytes_of_a_large_file(bool asynchronously)
    {
        using Image<Rgb24> large = Sharp.Random<Rgb24>(500, 400);
        large.Metadata.IccProfile = new(new byte[3000]);
        byte[] file = Sharp.Save(large);
        var stream = new CountingStream(new MemoryStream(file), canSeek: true);
        SharpImageInfo info = asynchronously ? await Image.IdentifyAsync(Sharp.Options, stream) : Image.Identify(Sharp.Options, stream);
        Assert.Equal((500, 400, 3000), (info.Width, info.Height, info.Metadata.IccProfile!.ToByteArray().Length));
        Assert.InRange(stream.BytesRead, 3000, 3000 + 1024);
        Assert.InRange(file.Length, 500_000, int.MaxValue);
    }

    [Fact]
    public void Identify_needs_no_more_than_the_header_of_a_file_that_ends_early()
    {
        SharpImageInfo info = Image.Identify(Sharp.Options, new MemoryStream(_file[..100]));
        Assert.Equal((90, 70), (info.Width, info.Height));
    }

    [Fact]
    public async Task Many_images_are_saved_and_loaded_at_the_same_time()
    {
        var encoder = new TesseraEncoder { TileSize = 32 };
        await Parallel.ForEachAsync(Enumerable.Range(0, 24), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, _) =>
        {
            using Image<Rgba32> image = Sharp.Random<Rgba32>(40 + i, 30, seed: i);
            using var file = new MemoryStream();
            if (i % 2 == 0)
                await image.SaveAsync(file, encoder, CancellationToken.None);
            else
                image.Save(file, encoder);
            file.Position = 0;
            using Image loaded = i % 3 == 0 ? await Image.LoadAsync(Sharp.Options, file, CancellationToken.None) : Image.Load(Sharp.Options, file);
            Assert.Equal(Sharp.Bytes(image), Sharp.Bytes((Image<Rgba32>)loaded));
        });
    }

    [Fact]
    public void The_file_does_not_depend_on_the_number_of_threads()
    {
        using Image<Rgb24> image = Sharp.Random<Rgb24>(200, 150);
        byte[] one = Sharp.Save(image, new() { MaxDegreeOfParallelism = 1, TileSize = 32 });
        Assert.Equal(one, Sharp.Save(image, new() { MaxDegreeOfParallelism = 7, TileSize = 32 }));
    }
}
