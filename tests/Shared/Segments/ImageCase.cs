using FsCheck;
using FsCheck.Fluent;

namespace Tessera.Models.Segments;

/// <summary>What the samples of a test image look like.</summary>
internal enum Content
{
    Noise,
    Smooth,
    Gradient,
    FewColors,
    Repeats,
    Text,
    SparseHistogram,
    Constant,
    Extremes,
    PartlyConstant,
}

/// <summary>An image, by what it is drawn from.</summary>
internal sealed record ImageCase(int Width, int Height, SampleFormat Format, Content Content, int Seed)
{
    private static readonly Gen<int> Side = Gen.Frequency((2, Gen.Choose(1, 5)), (5, Gen.Choose(1, 24)), (1, Gen.Choose(25, 70)));

    /// <summary>Any image: any format, sizes from one pixel on, every content.</summary>
    public static Gen<ImageCase> Any { get; } =
        from width in Side
        from height in Side
        from channels in Gen.Choose(1, 4)
        from depth in Gen.Frequency((3, Gen.Choose(1, 16)), (2, Gen.Constant(8)), (1, Gen.Constant(16)))
        from alpha in channels == 1 ? Gen.Constant(AlphaKind.None) : Gen.Elements(Enum.GetValues<AlphaKind>())
        from content in Gen.Elements(Enum.GetValues<Content>())
        from seed in Gen.Choose(0, 1_000_000)
        select new ImageCase(width, height, new(channels, depth, alpha), content, seed);

    /// <summary>Draws the image, always the same.</summary>
    public Raster Draw()
    {
        var raster = Raster.Create(new(Width, Height, Format));
        Painter.Paint(raster.Frames[0].Samples, Format, Content, Seed);
        return raster;
    }
}
