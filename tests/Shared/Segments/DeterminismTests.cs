using FsCheck;
using FsCheck.Fluent;

namespace Tessera.Models.Segments;

public sealed class DeterminismTests
{
    [Fact]
    public void An_encoder_and_a_decoder_that_have_done_other_work_do_as_new_ones() =>
        Prop.ForAll(Gen.ArrayOf(SegmentCase.Any, 4).ToArbitrary(), segments =>
        {
            int effort = segments[0].Effort;
            using SegmentEncoder encoder = Subject.CreateModel().CreateEncoder(effort);
            using SegmentDecoder decoder = Subject.CreateModel().CreateDecoder();
            foreach (SegmentCase segment in segments)
            {
                byte[] payload = (segment with { Effort = effort }).Encode();
                Assert.Equal(payload, segment.EncodeWith(encoder));
                Assert.Equal(SegmentCase.Samples(segment.Tiles()), SegmentCase.Samples(segment.DecodeWith(decoder, payload)));
            }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Threads_that_share_a_model_write_the_same_bytes()
    {
        var model = Subject.CreateModel();
        SegmentCase[] segments = [.. Enum.GetValues<Content>().Select(c => SegmentCase.Whole(new(31, 17, new(3, 8), c, 11), Subject.Thorough))];
        byte[][] expected = [.. segments.Select(s => s.Encode())];
        Parallel.For(0, 8, thread =>
        {
            using SegmentEncoder encoder = model.CreateEncoder(Subject.Thorough);
            using SegmentDecoder decoder = model.CreateDecoder();
            for (int i = 0; i < segments.Length; i++)
            {
                int k = (i + thread) % segments.Length;
                Assert.Equal(expected[k], segments[k].EncodeWith(encoder));
                Assert.Equal(SegmentCase.Samples(segments[k].Tiles()), SegmentCase.Samples(segments[k].DecodeWith(decoder, expected[k])));
            }
        });
    }

    [Fact]
    public async Task The_number_of_threads_does_not_change_a_file()
    {
        foreach (Content content in new[] { Content.Smooth, Content.Text, Content.Noise })
        {
            using Raster image = new ImageCase(150, 90, new(3, 8), content, 5).Draw();
            TesseraEncoderOptions options = Codec.Options with { Effort = Subject.Usual, TileSize = 32, BandRows = 2, MaxDegreeOfParallelism = 1 };
            byte[] expected = await new TesseraEncoder(options).EncodeToArrayAsync(image);
            foreach (int threads in new[] { 2, 5 })
                Assert.Equal(expected, await new TesseraEncoder(options with { MaxDegreeOfParallelism = threads }).EncodeToArrayAsync(image));
        }
    }
}
