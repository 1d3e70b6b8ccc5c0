using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;
using Tessera.Formats;

namespace Tessera.ImageSharp;

/// <summary>Gives the rows of an image to the codec, straight from its buffers.</summary>
internal sealed class ImageSource<TPixel> : IRasterSource
    where TPixel : unmanaged, IPixel<TPixel>
{
    private readonly Image<TPixel> _image;
    private readonly PixelLayout _layout;
    private readonly TesseraMetadataParts _parts;
    private int _frame = -1;
    private int _row;

    /// <param name="image">The image. It must neither change nor be disposed of meanwhile.</param>
    /// <param name="layout">What its pixels are stored as.</param>
    /// <param name="parts">The metadata to store.</param>
    public ImageSource(Image<TPixel> image, PixelLayout layout, TesseraMetadataParts parts)
    {
        _image = image;
        _layout = layout;
        _parts = parts;
        Info = new(image.Width, image.Height, layout.Format)
        {
            FrameCount = image.Frames.Count,
            Metadata = MetadataWriter.OfImage(image.Metadata, layout, parts),
        };
    }

    public ImageInfo Info { get; }

    public ValueTask<FrameInfo> ReadFrameInfoAsync(CancellationToken cancellationToken = default)
    {
        _frame++;
        _row = 0;
        return ValueTask.FromResult(MetadataWriter.OfFrame(_image.Frames[_frame].Metadata, _parts));
    }

    public ValueTask ReadRowsAsync(PlanarBuffer rows, CancellationToken cancellationToken = default)
    {
        RowArguments.Check(rows, Info, Info.Height - _row);
        _layout.Read(_image.Configuration, _image.Frames[_frame].PixelBuffer, _row, rows);
        _row += rows.Height;
        return ValueTask.CompletedTask;
    }

    public ValueTask<ImageMetadata> ReadTrailerAsync(CancellationToken cancellationToken = default) => ValueTask.FromResult(ImageMetadata.Empty);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
