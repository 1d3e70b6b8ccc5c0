using FsCheck;
using FsCheck.Fluent;
using Tessera.Tests.Support;

namespace Tessera.Tests;

/// <summary>Images in memory and the streams from and to them.</summary>
public class RasterTests
{
    [Fact]
    public void A_raster_read_from_its_own_source_is_the_same_image()
    {
        Prop.ForAll(TestImages.Any.ToArbitrary(), image =>
        {
            using Raster copy = Raster.ReadAsync(image.AsSource()).Result;
            Assert.Equal(image.Info, copy.Info);
            Assert.Equal(image.Frames.Select(f => f.Info), copy.Frames.Select(f => f.Info));
            Assert.True(image.HasSamePixels(copy));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public async Task Rows_may_come_and_go_in_pieces_of_any_height()
    {
        using Raster image = TestImages.Noise(7, 23, frames: 2);
        await using IRasterSource source = image.AsSource();
        await using var sink = new RasterSink();
        await sink.BeginAsync(source.Info);
        for (int frame = 0; frame < 2; frame++)
        {
            await sink.BeginFrameAsync(await source.ReadFrameInfoAsync());
            foreach (int height in new[] { 1, 9, 2, 11 })
            {
                using var rows = new PlanarBuffer(7, height, 3);
                await source.ReadRowsAsync(rows);
                await sink.WriteRowsAsync(rows);
            }
        }

        await sink.CompleteAsync(new() { Texts = [new("late", "text")] });
        using Raster copy = sink.TakeRaster();
        Assert.True(image.HasSamePixels(copy));
        Assert.Equal("late", Assert.Single(copy.Info.Metadata.Texts).Keyword);
    }

    [Fact]
    public void One_different_sample_makes_different_pixels()
    {
        using Raster a = TestImages.Noise(5, 4, channels: 2, frames: 2);
        using Raster b = TestImages.Noise(5, 4, channels: 2, frames: 2);
        Assert.True(a.HasSamePixels(b));
        b.Frames[1].Samples.Row(1, 3)[4] ^= 1;
        Assert.False(a.HasSamePixels(b));
        Assert.False(a.HasSamePixels(Raster.Create(new(5, 4, new(2, 8)))));
        Assert.False(Raster.Create(new(5, 4, new(2, 8))).HasSamePixels(Raster.Create(new(5, 4, new(2, 9)))));
    }

    [Fact]
    public void Frames_that_are_not_of_the_image_are_refused()
    {
        var info = new ImageInfo(3, 2, new(1, 8));
        using var small = new PlanarBuffer(2, 2, 1);
        Assert.Throws<ArgumentException>(() => new Raster(info, []));
        Assert.Throws<ArgumentException>(() => new Raster(info, default));
        Assert.Throws<ArgumentException>(() => new Raster(info, [new(small, FrameInfo.Default)]));
        Assert.Throws<ArgumentException>(() => Raster.Create(info with { FrameCount = 0 }));
    }

    [Fact]
    public async Task A_sink_refuses_what_is_out_of_order()
    {
        using var rows = new PlanarBuffer(3, 2, 1);
        await using var sink = new RasterSink();
        await Assert.ThrowsAsync<InvalidOperationException>(() => sink.BeginFrameAsync(FrameInfo.Default).AsTask());
        await Assert.ThrowsAsync<InvalidOperationException>(() => sink.CompleteAsync(ImageMetadata.Empty).AsTask());
        await sink.BeginAsync(new(3, 2, new(1, 8)));
        await Assert.ThrowsAsync<InvalidOperationException>(() => sink.WriteRowsAsync(rows).AsTask());
        await Assert.ThrowsAsync<InvalidOperationException>(() => sink.BeginAsync(new(3, 2, new(1, 8))).AsTask());
        await sink.BeginFrameAsync(FrameInfo.Default);
        Assert.Throws<InvalidOperationException>(sink.TakeRaster);
        await Assert.ThrowsAsync<InvalidOperationException>(() => sink.CompleteAsync(ImageMetadata.Empty).AsTask());
        await sink.WriteRowsAsync(rows);
        await Assert.ThrowsAsync<ArgumentException>(() => sink.WriteRowsAsync(rows).AsTask());
        await Assert.ThrowsAsync<InvalidOperationException>(() => sink.BeginFrameAsync(FrameInfo.Default).AsTask());
        await sink.CompleteAsync(ImageMetadata.Empty);
        sink.TakeRaster().Dispose();
        Assert.Throws<InvalidOperationException>(sink.TakeRaster);
    }

    [Fact]
    public async Task A_frame_larger_than_an_allocation_may_be_is_refused_before_it_is_allocated()
    {
        await using var sink = new RasterSink(new() { MaxAllocation = 99 });
        await sink.BeginAsync(new(7, 7, new(1, 8)));
        foreach ((int width, int height) in new[] { (10, 5), (int.MaxValue, int.MaxValue) })
        {
            await using var full = new RasterSink(new() { MaxAllocation = 99 });
            await Assert.ThrowsAsync<TesseraFormatException>(() => full.BeginAsync(new(width, height, new(4, 8))).AsTask());
        }
    }

    [Fact]
    public void A_buffer_says_when_it_is_used_wrongly()
    {
        var buffer = new PlanarBuffer(3, 2, 2);
        using var other = new PlanarBuffer(3, 2, 1);
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.Row(2, 0).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.Row(0, 2).Length);
        Assert.Throws<ArgumentException>(() => buffer.CopyRowsTo(0, other, 0, 1));
        Assert.Throws<ArgumentException>(() => buffer.CopyRowsTo(1, buffer, 0, 2));
        buffer.Dispose();
        buffer.Dispose();
        Assert.Throws<ObjectDisposedException>(() => buffer.Plane(0).Length);
    }

    [Fact]
    public void A_white_level_set_to_its_default_is_the_default()
    {
        var info = new ImageInfo(1, 1, new(1, 8));
        Assert.Equal(info, info with { WhiteLevel = 255 });
        Assert.NotEqual(info, info with { WhiteLevel = 254 });
        Assert.Throws<ArgumentException>((info with { WhiteLevel = 256 }).Validate);
    }
}
