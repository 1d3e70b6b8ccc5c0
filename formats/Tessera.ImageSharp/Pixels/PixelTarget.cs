using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace Tessera.ImageSharp;

/// <summary>An image that is being filled, whatever its pixel type. It owns the image until that is taken.</summary>
internal abstract class PixelTarget : IDisposable
{
    private Image? _image;

    private protected PixelTarget(Image image) => _image = image;

    /// <summary>The image.</summary>
    /// <exception cref="ObjectDisposedException">It was taken, or disposed of.</exception>
    public Image Image => _image ?? throw new ObjectDisposedException(nameof(PixelTarget));

    /// <summary>Adds a frame; the image has one from the start.</summary>
    public abstract void AddFrame();

    /// <summary>Fills rows of the last frame.</summary>
    /// <param name="rows">The samples.</param>
    /// <param name="top">The first row.</param>
    public abstract void Write(PlanarBuffer rows, int top);

    /// <summary>Hands the image over.</summary>
    public Image TakeImage()
    {
        Image image = Image;
        _image = null;
        return image;
    }

    public void Dispose()
    {
        _image?.Dispose();
        _image = null;
    }
}

/// <inheritdoc/>
internal sealed class PixelTarget<TPixel> : PixelTarget
    where TPixel : unmanaged, IPixel<TPixel>
{
    private readonly Configuration _configuration;
    private readonly PixelLayout _stored;
    private readonly Image<TPixel> _image;
    private ImageFrame<TPixel> _frame;

    /// <param name="configuration">Whose memory is used.</param>
    /// <param name="width">The image's width in pixels.</param>
    /// <param name="height">The image's height in pixels.</param>
    /// <param name="stored">The layout of the samples that will come.</param>
    public PixelTarget(Configuration configuration, int width, int height, PixelLayout stored)
        : this(configuration, new Image<TPixel>(configuration, width, height), stored)
    {
    }

    private PixelTarget(Configuration configuration, Image<TPixel> image, PixelLayout stored)
        : base(image)
    {
        _configuration = configuration;
        _stored = stored;
        _image = image;
        _frame = image.Frames.RootFrame;
    }

    public override void AddFrame() => _frame = _image.Frames.CreateFrame();

    public override void Write(PlanarBuffer rows, int top) => _stored.Write(_configuration, rows, _frame.PixelBuffer, top);
}
