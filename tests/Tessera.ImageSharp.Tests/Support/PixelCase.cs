using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace Tessera.ImageSharp.Tests;

/// <summary>A pixel type, so that tests can be told which.</summary>
public abstract class PixelCase
{
    /// <summary>All types that a file holds exactly.</summary>
    public static IReadOnlyList<PixelCase> Exact { get; } =
    [
        new PixelCase<L8>(), new PixelCase<L16>(), new PixelCase<La16>(), new PixelCase<La32>(), new PixelCase<A8>(),
        new PixelCase<Rgb24>(), new PixelCase<Bgr24>(), new PixelCase<Rgba32>(), new PixelCase<Bgra32>(), new PixelCase<Argb32>(),
        new PixelCase<Abgr32>(), new PixelCase<Rgb48>(), new PixelCase<Rgba64>(), new PixelCase<Bgr565>(), new PixelCase<Bgra4444>(),
        new PixelCase<Bgra5551>(), new PixelCase<Rgba1010102>(), new PixelCase<Rg32>(), new PixelCase<Byte4>(),
        new PixelCase<NormalizedByte2>(), new PixelCase<NormalizedByte4>(), new PixelCase<NormalizedShort2>(),
        new PixelCase<NormalizedShort4>(), new PixelCase<Short2>(), new PixelCase<Short4>(),
    ];

    /// <summary>The types of floating-point numbers.</summary>
    public static IReadOnlyList<PixelCase> Floating { get; } =
        [new PixelCase<HalfSingle>(), new PixelCase<HalfVector2>(), new PixelCase<HalfVector4>(), new PixelCase<RgbaVector>()];

    public abstract string Name { get; }

    public static PixelCase Named(string name) => Exact.Concat(Floating).Single(c => c.Name == name);

    public abstract Image Random(int width, int height, int frames = 1, int seed = 1);

    public abstract Image Load(byte[] file);

    public abstract Image Convert(Image image);

    public abstract byte[] Bytes(Image image);

    public override string ToString() => Name;
}

internal sealed class PixelCase<TPixel> : PixelCase
    where TPixel : unmanaged, IPixel<TPixel>
{
    public override string Name => typeof(TPixel).Name;

    public override Image Random(int width, int height, int frames = 1, int seed = 1) => Sharp.Random<TPixel>(width, height, frames, seed);

    public override Image Load(byte[] file) => Sharp.Load<TPixel>(file);

    public override Image Convert(Image image) => image.CloneAs<TPixel>();

    public override byte[] Bytes(Image image) => Sharp.Bytes((Image<TPixel>)image);
}
