using FsCheck;
using FsCheck.Fluent;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.Memory;
using SixLabors.ImageSharp.PixelFormats;

namespace Tessera.ImageSharp.Tests;

/// <summary>Files that are damaged or ask for too much: each ends in ImageSharp's own exception with our message.</summary>
public sealed class BadInputTests
{
    private static readonly byte[] File = Sharp.Save(Sharp.Random<Rgb24>(40, 30, frames: 2));

    [Fact]
    public void A_file_that_ends_anywhere_is_invalid_content()
    {
        foreach (int length in Enumerable.Range(6, 120).Concat([File.Length / 2, File.Length - 20, File.Length - 1]))
        {
            var e = Assert.Throws<InvalidImageContentException>(() => Sharp.Load(File[..length]));
            Assert.IsType<TesseraFormatException>(e.InnerException);
            Assert.Equal(e.InnerException.Message, e.Message);
        }
    }

    [Fact]
    public void One_wrong_byte_anywhere_is_invalid_content()
    {
        var faults = from at in Gen.Choose(6, File.Length - 1) from flip in Gen.Choose(1, 255) select (at, flip);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(200), Prop.ForAll(faults.ToArbitrary(), fault =>
        {
            byte[] damaged = [.. File];
            damaged[fault.at] ^= (byte)fault.flip;
            Assert.Throws<InvalidImageContentException>(() => Sharp.Load<Rgba32>(damaged));
        }));
    }

    [Fact]
    public async Task Asynchronous_calls_give_the_same_exceptions()
    {
        await Assert.ThrowsAsync<InvalidImageContentException>(() => Image.LoadAsync(Sharp.Options, new MemoryStream(File[..100])));
        await Assert.ThrowsAsync<InvalidImageContentException>(() => Image.LoadAsync<L8>(Sharp.Options, new MemoryStream(File[..100])));
        await Assert.ThrowsAsync<InvalidImageContentException>(() => Image.IdentifyAsync(Sharp.Options, new MemoryStream(File[..20])));
    }

    [Fact]
    public void An_image_beyond_the_allocators_limit_is_invalid_content_and_can_be_identified()
    {
        Configuration small = Sharp.Configuration.Clone();
        small.MemoryAllocator = MemoryAllocator.Create(new() { AllocationLimitMegabytes = 1 });
        byte[] file = Rasters.Encode(Raster.Create(new(2000, 1000, new(1, 8))));
        var e = Assert.Throws<InvalidImageContentException>(() => Sharp.Load(file, new() { Configuration = small }));
        Assert.IsType<InvalidMemoryOperationException>(e.InnerException);
        Assert.Contains("memory allocator", e.Message, StringComparison.Ordinal);
        Assert.Equal(2000, Image.Identify(new DecoderOptions { Configuration = small }, new MemoryStream(file)).Width);
    }

    [Fact]
    public void The_codecs_limits_can_be_set()
    {
        var options = new TesseraDecoderOptions { GeneralOptions = Sharp.Options, Limits = new() { MaxPixels = 1000 } };
        var e = Assert.Throws<InvalidImageContentException>(() => TesseraDecoder.Instance.Decode(options, new MemoryStream(File)));
        Assert.Contains("1000", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_failed_save_leaves_nothing_in_a_stream_that_seeks()
    {
        using Image<L8> image = Sharp.Random<L8>(30, 30);
        image.Frames.AddFrame(image.Frames.RootFrame);
        image.Frames[1].Metadata.GetTesseraMetadata().FrameDelay = new(1, 0, simplify: false);
        using var stream = new MemoryStream();
        stream.Write([1, 2, 3]);
        Assert.Throws<NotSupportedException>(() => image.Save(stream, new TesseraEncoder()));
        Assert.Equal((3, 3), (stream.Position, stream.Length));
    }
}
