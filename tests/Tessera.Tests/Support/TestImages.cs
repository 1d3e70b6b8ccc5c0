using FsCheck;
using FsCheck.Fluent;

namespace Tessera.Tests.Support;

/// <summary>Images of every kind.</summary>
internal static class TestImages
{
    /// <summary>Any image: any format, edge sizes, frames with delays, metadata of the image and of frames.</summary>
    public static Gen<Raster> Any { get; } =
        from width in Gen.Choose(1, 70)
        from height in Gen.Choose(1, 50)
        from channels in Gen.Choose(1, 4)
        from depth in Gen.Choose(1, 16)
        from alpha in channels == 1 ? Gen.Constant(0) : Gen.Choose(0, 2)
        from frames in Gen.Frequency((4, Gen.Constant(1)), (1, Gen.Choose(2, 4)))
        from white in Gen.Choose(1, (1 << depth) - 1)
        from seed in Gen.Choose(0, int.MaxValue - 1)
        select Create(new(width, height, new(channels, depth, (AlphaKind)alpha)) { FrameCount = frames, WhiteLevel = white }, seed, withMetadata: true);

    /// <summary>An image of noise.</summary>
    public static Raster Noise(int width, int height, int channels = 3, int depth = 8, int frames = 1) =>
        Create(new(width, height, new(channels, depth)) { FrameCount = frames }, 1, withMetadata: false);

    public static Raster Create(ImageInfo info, int seed, bool withMetadata)
    {
        var random = new Random(seed);
        if (withMetadata)
            info = info with { Metadata = Metadata(random) };
        var frames = new RasterFrame[info.FrameCount];
        for (int i = 0; i < frames.Length; i++)
        {
            var samples = new PlanarBuffer(info.Width, info.Height, info.Format.Channels);
            for (int channel = 0; channel < samples.Channels; channel++)
            {
                foreach (ref ushort sample in samples.Plane(channel))
                    sample = (ushort)random.Next(info.Format.MaxSample + 1);
            }

            FrameInfo frame = withMetadata && random.Next(2) == 0
                ? new((uint)random.Next(3), (uint)random.Next(1, 1001)) { Metadata = Metadata(random) }
                : FrameInfo.Default;
            frames[i] = new(samples, frame);
        }

        return new(info, [.. frames]);
    }

    private static ImageMetadata Metadata(Random random)
    {
        string[] kinds = [MetadataKinds.Icc, MetadataKinds.Exif, MetadataKinds.Xmp, MetadataKinds.Iptc, "png:gAMA", "a kind with \u00e4 and \U0001F600"];
        string[] texts = ["", "Title", "\u00fcber", "line\nline", new string('x', 300)];
        return new()
        {
            Blocks = [.. Enumerable.Range(0, random.Next(4)).Select(_ => new MetadataBlock(kinds[random.Next(kinds.Length)], Bytes(random)))],
            Texts = [.. Enumerable.Range(0, random.Next(3)).Select(_ => new TextEntry(Text(), Text(), Text(), Text()))],
        };

        string Text() => texts[random.Next(texts.Length)];
    }

    private static byte[] Bytes(Random random)
    {
        byte[] bytes = new byte[random.Next(300)];
        random.NextBytes(bytes);
        return bytes;
    }
}
