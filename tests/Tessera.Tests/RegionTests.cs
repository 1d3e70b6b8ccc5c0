using System.Collections.Concurrent;
using FsCheck;
using FsCheck.Fluent;
using Tessera.Tests.Support;

namespace Tessera.Tests;

/// <summary>Parts of an image, of which only the segments are read.</summary>
public class RegionTests
{
    [Fact]
    public void Any_region_of_any_image_is_that_part_of_it()
    {
        var cases =
            from image in TestImages.Any
            from tile in Gen.Choose(1, 40)
            from bandRows in Gen.Choose(1, 4)
            from segment in Gen.Choose(1, 9)
            from x in Gen.Choose(0, image.Info.Width - 1)
            from y in Gen.Choose(0, image.Info.Height - 1)
            from width in Gen.Choose(1, image.Info.Width - x)
            from height in Gen.Choose(1, image.Info.Height - y)
            from frame in Gen.Choose(0, image.Info.FrameCount - 1)
            select (image, model: new RawModel { Tiling = new(tile, bandRows), SegmentTiles = segment }, frame, region: new PixelRectangle(x, y, width, height));
        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            (Raster image, RawModel model, int frame, PixelRectangle region) = c;
            byte[] file = Codec.EncodeAsync(image, model).Result;
            using Raster part = Codec.Decoder(model).DecodeRegionAsync(new MemoryStream(file), frame, region).Result;
            Assert.Equal((region.Width, region.Height, image.Info.Format), (part.Info.Width, part.Info.Height, part.Info.Format));
            for (int channel = 0; channel < image.Info.Format.Channels; channel++)
            {
                for (int row = 0; row < region.Height; row++)
                {
                    Assert.True(part.Frames[0].Samples.Row(channel, row).SequenceEqual(
                        image.Frames[frame].Samples.Row(channel, region.Y + row).Slice(region.X, region.Width)));
                }
            }
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public async Task Only_the_segments_of_the_region_are_decoded_and_the_damage_of_others_does_not_matter()
    {
        using Raster image = TestImages.Noise(160, 160);
        var tiling = new Tiling(16, 1);
        byte[] file = await Codec.EncodeAsync(image, new RawModel { Tiling = tiling, SegmentTiles = 1 });
        var segments = Chunks.List(file).Where(c => c.Type == "SEGM").ToList();
        foreach ((int i, (_, int offset, int length)) in segments.Index())
        {
            if (i is not (33 or 34 or 43 or 44))
                file.AsSpan(offset, length).Clear();
        }

        var decoded = new ConcurrentBag<PixelRectangle>();
        var model = new RawModel { Tiling = tiling, Decoding = run => decoded.Add(run.Tiles.Single()) };
        using Raster part = await Codec.Decoder(model).DecodeRegionAsync(new MemoryStream(file), 0, new(63, 63, 2, 2));
        Assert.Equal(4, decoded.Count);
        Assert.Equal(image.Frames[0].Samples.Row(1, 63)[63], part.Frames[0].Samples.Row(1, 0)[0]);
        Assert.Equal(image.Frames[0].Samples.Row(2, 64)[64], part.Frames[0].Samples.Row(2, 1)[1]);
        await Assert.ThrowsAsync<TesseraFormatException>(
            () => Codec.Decoder(model).DecodeRegionAsync(new MemoryStream(file), 0, new(63, 63, 2, 18)));
    }

    [Fact]
    public async Task No_byte_is_read_but_those_of_the_header_the_index_and_the_segments_of_the_region()
    {
        using Raster image = TestImages.Noise(160, 160);
        byte[] file = await Codec.EncodeAsync(image, new RawModel { Tiling = new(16, 1), SegmentTiles = 2 });
        List<(string Type, int Offset, int Length)> chunks = Chunks.List(file), segments = [.. chunks.Where(c => c.Type == "SEGM")];

        // Tiles 33, 34, 43 and 44, two to a segment: 32 and 33, 34 and 35, 42 and 43, 44 and 45.
        (string Type, int Offset, int Length)[] needed =
            [chunks[0], segments[16], segments[17], segments[21], segments[22], chunks[^1]];
        using var stream = new WatchedStream(file);
        using Raster part = await Codec.Decoder(new RawModel()).DecodeRegionAsync(stream, 0, new(63, 63, 2, 2));
        Assert.Equal(image.Frames[0].Samples.Row(0, 64)[63], part.Frames[0].Samples.Row(0, 1)[0]);
        Assert.All(stream.Reads, read => Assert.True(
            read.Offset < 8 || needed.Any(c => read.Offset >= c.Offset && read.Offset + read.Length <= c.Offset + c.Length)));

        // The beginning is read again with the header, whose length it gives; the end, with the index.
        Assert.InRange(stream.Reads.Sum(read => read.Length), needed.Sum(c => c.Length), needed.Sum(c => c.Length) + 40);
    }

    [Theory]
    [InlineData(0, 0, 0, 0, 1)]
    [InlineData(0, 0, 0, 41, 1)]
    [InlineData(0, 39, 0, 2, 1)]
    [InlineData(0, -1, 0, 2, 1)]
    [InlineData(0, 0, int.MaxValue, 1, 1)]
    [InlineData(2, 0, 0, 1, 1)]
    [InlineData(-1, 0, 0, 1, 1)]
    public async Task A_region_outside_the_image_is_refused(int frame, int x, int y, int width, int height)
    {
        using Raster image = TestImages.Noise(40, 40, frames: 2);
        byte[] file = await Codec.EncodeAsync(image);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            () => Codec.Decoder(new RawModel()).DecodeRegionAsync(new MemoryStream(file), frame, new(x, y, width, height)));
    }
}
