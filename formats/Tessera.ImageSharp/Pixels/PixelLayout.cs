using System.Buffers;
using System.Runtime.InteropServices;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.Memory;
using SixLabors.ImageSharp.PixelFormats;

namespace Tessera.ImageSharp;

/// <summary>How the pixels of one type lie in memory, and which samples they are in a file.</summary>
internal abstract class PixelLayout
{
    private protected PixelLayout(TesseraPixelType type, SampleFormat format) => (Type, Format) = (type, format);

    /// <summary>The pixel type.</summary>
    public TesseraPixelType Type { get; }

    /// <summary>What a pixel is made of in a file.</summary>
    public SampleFormat Format { get; }

    /// <summary>ImageSharp's type of pixels.</summary>
    public abstract Type PixelType { get; }

    /// <summary>ImageSharp's description of the type.</summary>
    public abstract PixelTypeInfo Info { get; }

    /// <summary>Turns rows of an image into samples. Pixels of another type are converted as ImageSharp converts them.</summary>
    /// <param name="configuration">Whose memory is used.</param>
    /// <param name="pixels">The image.</param>
    /// <param name="top">The first of its rows.</param>
    /// <param name="rows">Where to, all of it.</param>
    public abstract void Read<TPixel>(Configuration configuration, Buffer2D<TPixel> pixels, int top, PlanarBuffer rows)
        where TPixel : unmanaged, IPixel<TPixel>;

    /// <summary>Turns samples into rows of an image. Pixels of another type are converted as ImageSharp converts them.</summary>
    /// <param name="configuration">Whose memory is used.</param>
    /// <param name="rows">The samples, in the range of <see cref="Format"/>.</param>
    /// <param name="pixels">The image.</param>
    /// <param name="top">The first of its rows to write.</param>
    public abstract void Write<TPixel>(Configuration configuration, PlanarBuffer rows, Buffer2D<TPixel> pixels, int top)
        where TPixel : unmanaged, IPixel<TPixel>;

    /// <summary>Makes an image of this pixel type.</summary>
    /// <param name="configuration">Whose memory is used.</param>
    /// <param name="width">Its width in pixels.</param>
    /// <param name="height">Its height in pixels.</param>
    public abstract PixelTarget CreateTarget(Configuration configuration, int width, int height);
}

/// <inheritdoc cref="PixelLayout"/>
/// <typeparam name="TStored">ImageSharp's type of pixels.</typeparam>
internal abstract class PixelLayout<TStored> : PixelLayout
    where TStored : unmanaged, IPixel<TStored>
{
    private protected PixelLayout(TesseraPixelType type, SampleFormat format)
        : base(type, format)
    {
    }

    public override Type PixelType => typeof(TStored);

    public override PixelTypeInfo Info => PixelOperations<TStored>.Instance.GetPixelTypeInfo();

    public override void Read<TPixel>(Configuration configuration, Buffer2D<TPixel> pixels, int top, PlanarBuffer rows)
    {
        using IMemoryOwner<TStored>? converted = Scratch<TPixel>(configuration, rows.Width);
        for (int y = 0; y < rows.Height; y++)
        {
            Span<TPixel> row = pixels.DangerousGetRowSpan(top + y);
            if (converted is null)
            {
                Unpack(MemoryMarshal.Cast<TPixel, TStored>(row), rows, y);
            }
            else
            {
                PixelOperations<TPixel>.Instance.To<TStored>(configuration, row, converted.Memory.Span);
                Unpack(converted.Memory.Span, rows, y);
            }
        }
    }

    public override void Write<TPixel>(Configuration configuration, PlanarBuffer rows, Buffer2D<TPixel> pixels, int top)
    {
        using IMemoryOwner<TStored>? converted = Scratch<TPixel>(configuration, rows.Width);
        for (int y = 0; y < rows.Height; y++)
        {
            Span<TPixel> row = pixels.DangerousGetRowSpan(top + y);
            if (converted is null)
            {
                Pack(rows, y, MemoryMarshal.Cast<TPixel, TStored>(row));
            }
            else
            {
                Pack(rows, y, converted.Memory.Span);
                PixelOperations<TPixel>.Instance.From<TStored>(configuration, converted.Memory.Span, row);
            }
        }
    }

    public override PixelTarget CreateTarget(Configuration configuration, int width, int height) =>
        new PixelTarget<TStored>(configuration, width, height, this);

    /// <summary>Turns a row of pixels into samples.</summary>
    protected abstract void Unpack(ReadOnlySpan<TStored> pixels, PlanarBuffer rows, int y);

    /// <summary>Turns a row of samples into pixels.</summary>
    protected abstract void Pack(PlanarBuffer rows, int y, Span<TStored> pixels);

    /// <summary>Room for a row to convert, or null where none is to be converted.</summary>
    private static IMemoryOwner<TStored>? Scratch<TPixel>(Configuration configuration, int width) =>
        typeof(TPixel) == typeof(TStored) ? null : configuration.MemoryAllocator.Allocate<TStored>(width);
}
