using System.Collections.Frozen;
using System.Text;
using SixLabors.ImageSharp.PixelFormats;

namespace Tessera.ImageSharp;

/// <summary>The layouts of all pixel types that a file holds exactly, and which of them an image has.</summary>
internal static class PixelLayouts
{
    /// <summary>
    /// The kind of the block that names the pixel type, in ASCII. It is there where the type is not what the samples alone suggest.
    /// </summary>
    public const string PixelKind = "imagesharp:pixel";

    private static readonly PixelLayout[] All =
    [
        new ComponentLayout<L8, byte>(TesseraPixelType.L8, new(1, 8), 0),
        new ComponentLayout<L16, ushort>(TesseraPixelType.L16, new(1, 16), 0),
        new ComponentLayout<La16, byte>(TesseraPixelType.La16, new(2, 8, AlphaKind.Straight), 0, 1),
        new ComponentLayout<La32, ushort>(TesseraPixelType.La32, new(2, 16, AlphaKind.Straight), 0, 1),
        new ComponentLayout<A8, byte>(TesseraPixelType.A8, new(1, 8), 0),
        new ComponentLayout<Rgb24, byte>(TesseraPixelType.Rgb24, new(3, 8), 0, 1, 2),
        new ComponentLayout<Bgr24, byte>(TesseraPixelType.Bgr24, new(3, 8), 2, 1, 0),
        new ComponentLayout<Rgba32, byte>(TesseraPixelType.Rgba32, new(4, 8, AlphaKind.Straight), 0, 1, 2, 3),
        new ComponentLayout<Bgra32, byte>(TesseraPixelType.Bgra32, new(4, 8, AlphaKind.Straight), 2, 1, 0, 3),
        new ComponentLayout<Argb32, byte>(TesseraPixelType.Argb32, new(4, 8, AlphaKind.Straight), 1, 2, 3, 0),
        new ComponentLayout<Abgr32, byte>(TesseraPixelType.Abgr32, new(4, 8, AlphaKind.Straight), 3, 2, 1, 0),
        new ComponentLayout<Rgb48, ushort>(TesseraPixelType.Rgb48, new(3, 16), 0, 1, 2),
        new ComponentLayout<Rgba64, ushort>(TesseraPixelType.Rgba64, new(4, 16, AlphaKind.Straight), 0, 1, 2, 3),
        new PackedLayout<Bgr565, ushort>(TesseraPixelType.Bgr565, AlphaKind.None, new(11, 5), new(5, 6), new(0, 5)),
        new PackedLayout<Bgra4444, ushort>(TesseraPixelType.Bgra4444, AlphaKind.Straight, new(8, 4), new(4, 4), new(0, 4), new(12, 4)),
        new PackedLayout<Bgra5551, ushort>(TesseraPixelType.Bgra5551, AlphaKind.Straight, new(10, 5), new(5, 5), new(0, 5), new(15, 1)),
        new PackedLayout<Rgba1010102, uint>(TesseraPixelType.Rgba1010102, AlphaKind.Straight, new(0, 10), new(10, 10), new(20, 10), new(30, 2)),
        new PackedLayout<Rg32, uint>(TesseraPixelType.Rg32, AlphaKind.None, Fields(2, 16)),
        new PackedLayout<Byte4, uint>(TesseraPixelType.Byte4, AlphaKind.Straight, Fields(4, 8)),
        new PackedLayout<NormalizedByte2, ushort>(TesseraPixelType.NormalizedByte2, AlphaKind.None, Fields(2, 8, signed: true)),
        new PackedLayout<NormalizedByte4, uint>(TesseraPixelType.NormalizedByte4, AlphaKind.Straight, Fields(4, 8, signed: true)),
        new PackedLayout<NormalizedShort2, uint>(TesseraPixelType.NormalizedShort2, AlphaKind.None, Fields(2, 16, signed: true)),
        new PackedLayout<NormalizedShort4, ulong>(TesseraPixelType.NormalizedShort4, AlphaKind.Straight, Fields(4, 16, signed: true)),
        new PackedLayout<Short2, uint>(TesseraPixelType.Short2, AlphaKind.None, Fields(2, 16, signed: true)),
        new PackedLayout<Short4, ulong>(TesseraPixelType.Short4, AlphaKind.Straight, Fields(4, 16, signed: true)),
    ];

    private static readonly FrozenDictionary<Type, PixelLayout> ByPixelType = All.ToFrozenDictionary(l => l.PixelType);
    private static readonly FrozenDictionary<TesseraPixelType, PixelLayout> ByType = All.ToFrozenDictionary(l => l.Type);

    /// <summary>The layout of a type.</summary>
    public static PixelLayout Of(TesseraPixelType type) => ByType[type];

    /// <summary>The layout of ImageSharp's type, or null where no file holds it exactly.</summary>
    public static PixelLayout? Of<TPixel>()
        where TPixel : unmanaged, IPixel<TPixel> => ByPixelType.GetValueOrDefault(typeof(TPixel));

    /// <summary>The layout that holds a file's image: that of the type it was stored from, or the next that is wide enough.</summary>
    /// <returns>The layout, or null where ImageSharp has no pixels with such channels.</returns>
    public static PixelLayout? For(ImageInfo image)
    {
        // A program that changes the samples may have kept the block: it counts only where it fits.
        if (image.WhiteLevel == image.Format.MaxSample && image.Metadata.Find(PixelKind) is { } block
            && Enum.TryParse(Encoding.ASCII.GetString(block.Data.Span), out TesseraPixelType type)
            && ByType.TryGetValue(type, out PixelLayout? recorded) && recorded.Format == image.Format)
        {
            return recorded;
        }

        return Usual(image.Format) is { } usual ? Of(usual) : null;
    }

    /// <summary>The block that tells the type of a file's pixels, or null where the samples do.</summary>
    public static MetadataBlock? Record(PixelLayout layout) =>
        Usual(layout.Format) == layout.Type ? null : new(PixelKind, Encoding.ASCII.GetBytes(layout.Type.ToString()));

    private static TesseraPixelType? Usual(SampleFormat format) => (format.ColorChannels, format.Alpha != AlphaKind.None, format.BitDepth > 8) switch
    {
        (1, false, false) => TesseraPixelType.L8,
        (1, false, true) => TesseraPixelType.L16,
        (1, true, false) => TesseraPixelType.La16,
        (1, true, true) => TesseraPixelType.La32,
        (2, false, _) => TesseraPixelType.Rg32,
        (3, false, false) => TesseraPixelType.Rgb24,
        (3, false, true) => TesseraPixelType.Rgb48,
        (3, true, false) => TesseraPixelType.Rgba32,
        (3, true, true) => TesseraPixelType.Rgba64,
        _ => null,
    };

    private static PackedField[] Fields(int count, int bits, bool signed = false) =>
        [.. Enumerable.Range(0, count).Select(i => new PackedField(i * bits, bits, signed))];
}
