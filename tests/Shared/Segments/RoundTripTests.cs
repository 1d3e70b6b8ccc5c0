using System.Buffers;
using FsCheck;
using FsCheck.Fluent;

namespace Tessera.Models.Segments;

public sealed class RoundTripTests
{
    private static readonly Config Cases = Config.QuickThrowOnFailure.WithMaxTest(250);

    [Fact]
    public void Any_run_of_tiles_comes_back_at_any_effort_and_takes_at_most_a_byte_more_than_its_samples() =>
        Check.One(Cases, Prop.ForAll(SegmentCase.Any.ToArbitrary(), segment =>
        {
            ushort[] samples = SegmentCase.Samples(segment.Tiles());
            byte[] payload = segment.Encode();
            Assert.Equal(samples, SegmentCase.Samples(segment.Decode(payload)));
            Assert.InRange(payload.Length, 1, 1 + ((((long)samples.Length * segment.Image.Format.BitDepth) + 7) / 8));
        }));

    [Fact]
    public void Any_image_comes_back_from_a_file_cut_in_any_way()
    {
        var files =
            from image in ImageCase.Any
            from tile in Gen.Choose(1, 40)
            from bandRows in Gen.Choose(1, 4)
            from effort in Gen.Choose(1, Subject.MaxEffort)
            from threads in Gen.Choose(1, 4)
            select (image, options: Codec.Options with { TileSize = tile, BandRows = bandRows, Effort = effort, MaxDegreeOfParallelism = threads });
        Prop.ForAll(files.ToArbitrary(), file =>
        {
            using Raster image = file.image.Draw();
            byte[] bytes = new TesseraEncoder(file.options).EncodeToArrayAsync(image).Result;
            using Raster back = Codec.Decode(bytes);
            Assert.Equal(image.Info, back.Info);
            Assert.True(image.HasSamePixels(back));
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 300)]
    [InlineData(300, 1)]
    [InlineData(2, 257)]
    [InlineData(257, 2)]
    [InlineData(5000, 3)]
    public void Narrow_images_of_every_content_come_back(int width, int height)
    {
        foreach (Content content in Enum.GetValues<Content>())
        {
            foreach (int effort in Subject.Efforts)
            {
                var segment = SegmentCase.Whole(new(width, height, new(4, 8, AlphaKind.Straight), content, 3), effort);
                Assert.Equal(SegmentCase.Samples(segment.Tiles()), SegmentCase.Samples(segment.Decode(segment.Encode())));
            }
        }
    }

    [Fact]
    public void Channels_that_are_no_colours_come_back_from_coders_that_have_done_other_work()
    {
        // Four channels of which none is alpha; three of which the last is.
        using SegmentEncoder encoder = Subject.CreateModel().CreateEncoder(Subject.Thorough);
        using SegmentDecoder decoder = Subject.CreateModel().CreateDecoder();
        for (int seed = 0; seed < 12; seed++)
        {
            var image = new ImageCase(40, 12, new(4, 4, seed % 2 == 0 ? AlphaKind.None : AlphaKind.Straight), Content.Smooth, seed);
            SegmentCase segment = SegmentCase.Whole(image, Subject.Thorough) with { FirstChannel = seed % 2, ChannelCount = 4 - (seed % 2) };
            Assert.Equal(SegmentCase.Samples(segment.Tiles()), SegmentCase.Samples(segment.DecodeWith(decoder, segment.EncodeWith(encoder))));
        }
    }

    [Fact]
    public void Only_the_coded_channels_and_tiles_are_written()
    {
        var image = new ImageCase(40, 30, new(4, 8, AlphaKind.Straight), Content.FewColors, 8);
        var segment = new SegmentCase(image, TileSize: 8, BandRows: 4, FirstTile: 3, TileCount: 9, FirstChannel: 1, ChannelCount: 2, Effort: Subject.Usual);
        using var target = Raster.Create(new(40, 30, image.Format));
        PlanarBuffer band = target.Frames[0].Samples;
        var grid = new TileGrid(40, 30, 1, 8, 4);
        using (SegmentDecoder decoder = Subject.CreateModel().CreateDecoder())
            decoder.Decode(segment.Encode(), new(grid, image.Format, band, 3, 9, 1, 2), new ArrayBufferWriter<byte>());

        using Raster expected = image.Draw();
        for (int channel = 0; channel < 4; channel++)
        {
            for (int y = 0; y < band.Height; y++)
            {
                Span<ushort> row = expected.Frames[0].Samples.Row(channel, y);
                for (int x = 0; x < row.Length; x++)
                {
                    if (channel is 0 or 3 || (y / 8 * 5) + (x / 8) is < 3 or >= 12)
                        row[x] = 0;
                }
            }
        }

        Assert.True(expected.HasSamePixels(target));
    }
}
