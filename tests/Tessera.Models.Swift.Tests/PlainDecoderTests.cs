using FsCheck;
using FsCheck.Fluent;
using Tessera.Models.Segments;
using Tessera.Models.Swift.Tests.Support;

namespace Tessera.Models.Swift.Tests;

/// <summary>What the encoder writes means what the specification says: a decoder that knows nothing else finds the samples.</summary>
public sealed class PlainDecoderTests
{
    [Fact]
    public void A_decoder_after_the_specification_finds_the_samples() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(60), Prop.ForAll(ImageCase.Any.Zip(Gen.Choose(1, 2)).ToArbitrary(), pair =>
        {
            (ImageCase image, int effort) = pair;
            AssertSame(image with { Width = image.Width + 20, Height = image.Height + 20 }, effort);
        }));

    [Theory]
    [InlineData(1, 8)]
    [InlineData(3, 8)]
    [InlineData(4, 16)]
    [InlineData(2, 11)]
    public void It_does_for_large_images_too(int channels, int depth)
    {
        foreach (Content content in new[] { Content.Smooth, Content.Text })
            AssertSame(new(130, 90, new(channels, depth), content, 3), 1);
    }

    private static void AssertSame(ImageCase image, int effort)
    {
        var segment = SegmentCase.Whole(image, effort);
        byte[] payload = segment.Encode();
        if (payload[0] == 0)
            return;
        int[][] planes = PlainDecoder.Decode(payload, image.Format.Channels, image.Format.BitDepth, image.Width, image.Height);
        Assert.Equal(SegmentCase.Samples(segment.Tiles()).Select(s => (int)s), planes.SelectMany(p => p));
    }
}
