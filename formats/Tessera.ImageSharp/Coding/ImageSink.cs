using SixLabors.ImageSharp;
using Tessera.Formats;

namespace Tessera.ImageSharp;

/// <summary>Fills an image with what the codec decodes, straight into its buffers.</summary>
internal sealed class ImageSink : IRasterSink
{
    private readonly Func<PixelLayout, int, int, PixelTarget> _createTarget;
    private readonly bool _skipMetadata;
    private ImageInfo? _info;
    private PixelLayout? _layout;
    private SampleNormalizer? _normalizer;
    private PixelTarget? _target;
    private int _frame = -1;
    private int _row;

    /// <param name="createTarget">Makes the image for samples of a layout, of a width and a height.</param>
    /// <param name="skipMetadata">Whether profiles and texts are left out.</param>
    public ImageSink(Func<PixelLayout, int, int, PixelTarget> createTarget, bool skipMetadata) =>
        (_createTarget, _skipMetadata) = (createTarget, skipMetadata);

    /// <exception cref="NotSupportedException">ImageSharp has no pixels with such channels.</exception>
    public ValueTask BeginAsync(ImageInfo info, CancellationToken cancellationToken = default)
    {
        _info = info;
        _layout = PixelLayouts.For(info)
            ?? throw new NotSupportedException($"The image has {info.Format.Describe()}, and ImageSharp has no pixel type with such channels.");
        _target = _createTarget(_layout, info.Width, info.Height);
        _normalizer = SampleNormalizer.For(info, _layout.Format);
        return ValueTask.CompletedTask;
    }

    public ValueTask BeginFrameAsync(FrameInfo frame, CancellationToken cancellationToken = default)
    {
        if (++_frame > 0)
            _target!.AddFrame();
        _row = 0;
        MetadataReader.ToFrame(frame, _info!.FrameCount > 1, _skipMetadata, _target!.Image.Frames[_frame].Metadata);
        return ValueTask.CompletedTask;
    }

    public ValueTask WriteRowsAsync(PlanarBuffer rows, CancellationToken cancellationToken = default)
    {
        RowArguments.Check(rows, _info!, _info!.Height - _row);
        if (_normalizer is null)
        {
            _target!.Write(rows, _row);
        }
        else
        {
            for (int y = 0; y < rows.Height; y++)
                _target!.Write(_normalizer.Normalize(rows, y), _row + y);
        }

        _row += rows.Height;
        return ValueTask.CompletedTask;
    }

    public ValueTask CompleteAsync(ImageMetadata trailer, CancellationToken cancellationToken = default)
    {
        MetadataReader.ToImage(_info! with { Metadata = _info.Metadata.Append(trailer) }, _skipMetadata, _target!.Image.Metadata);
        return ValueTask.CompletedTask;
    }

    /// <summary>The image, once it has begun.</summary>
    public Image Image => _target!.Image;

    /// <summary>Hands the complete image over; otherwise it is disposed of with the sink.</summary>
    public Image TakeImage() => _target!.TakeImage();

    public ValueTask DisposeAsync()
    {
        _target?.Dispose();
        _normalizer?.Dispose();
        return ValueTask.CompletedTask;
    }
}
