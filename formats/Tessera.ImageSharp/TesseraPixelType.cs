namespace Tessera.ImageSharp;

/// <summary>The pixel types that a Tessera file holds exactly: those of ImageSharp that are made of integers.</summary>
public enum TesseraPixelType
{
    /// <summary><see cref="SixLabors.ImageSharp.PixelFormats.L8"/>.</summary>
    L8,

    /// <summary><see cref="SixLabors.ImageSharp.PixelFormats.L16"/>.</summary>
    L16,

    /// <summary><see cref="SixLabors.ImageSharp.PixelFormats.La16"/>.</summary>
    La16,

    /// <summary><see cref="SixLabors.ImageSharp.PixelFormats.La32"/>.</summary>
    La32,

    /// <summary><see cref="SixLabors.ImageSharp.PixelFormats.A8"/>: stored as grey.</summary>
    A8,

    /// <summary><see cref="SixLabors.ImageSharp.PixelFormats.Rgb24"/>.</summary>
    Rgb24,

    /// <summary><see cref="SixLabors.ImageSharp.PixelFormats.Bgr24"/>.</summary>
    Bgr24,

    /// <summary><see cref="SixLabors.ImageSharp.PixelFormats.Rgba32"/>.</summary>
    Rgba32,

    /// <summary><see cref="SixLabors.ImageSharp.PixelFormats.Bgra32"/>.</summary>
    Bgra32,

    /// <summary><see cref="SixLabors.ImageSharp.PixelFormats.Argb32"/>.</summary>
    Argb32,

    /// <summary><see cref="SixLabors.ImageSharp.PixelFormats.Abgr32"/>.</summary>
    Abgr32,

    /// <summary><see cref="SixLabors.ImageSharp.PixelFormats.Rgb48"/>.</summary>
    Rgb48,

    /// <summary><see cref="SixLabors.ImageSharp.PixelFormats.Rgba64"/>.</summary>
    Rgba64,

    /// <summary><see cref="SixLabors.ImageSharp.PixelFormats.Bgr565"/>: stored as RGB of 6 bits.</summary>
    Bgr565,

    /// <summary><see cref="SixLabors.ImageSharp.PixelFormats.Bgra4444"/>: stored as RGBA of 4 bits.</summary>
    Bgra4444,

    /// <summary><see cref="SixLabors.ImageSharp.PixelFormats.Bgra5551"/>: stored as RGBA of 5 bits.</summary>
    Bgra5551,

    /// <summary><see cref="SixLabors.ImageSharp.PixelFormats.Rgba1010102"/>: stored as RGBA of 10 bits.</summary>
    Rgba1010102,

    /// <summary><see cref="SixLabors.ImageSharp.PixelFormats.Rg32"/>: stored as two channels.</summary>
    Rg32,

    /// <summary><see cref="SixLabors.ImageSharp.PixelFormats.Byte4"/>.</summary>
    Byte4,

    /// <summary><see cref="SixLabors.ImageSharp.PixelFormats.NormalizedByte2"/>: stored as two channels, 128 for zero.</summary>
    NormalizedByte2,

    /// <summary><see cref="SixLabors.ImageSharp.PixelFormats.NormalizedByte4"/>: stored with 128 for zero.</summary>
    NormalizedByte4,

    /// <summary><see cref="SixLabors.ImageSharp.PixelFormats.NormalizedShort2"/>: stored as two channels, 32768 for zero.</summary>
    NormalizedShort2,

    /// <summary><see cref="SixLabors.ImageSharp.PixelFormats.NormalizedShort4"/>: stored with 32768 for zero.</summary>
    NormalizedShort4,

    /// <summary><see cref="SixLabors.ImageSharp.PixelFormats.Short2"/>: stored as two channels, 32768 for zero.</summary>
    Short2,

    /// <summary><see cref="SixLabors.ImageSharp.PixelFormats.Short4"/>: stored with 32768 for zero.</summary>
    Short4,
}
