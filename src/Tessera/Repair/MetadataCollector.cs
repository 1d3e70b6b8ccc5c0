namespace Tessera;

/// <summary>Takes an image, and keeps all of it but the samples. Of frames it keeps those that have a delay or metadata.</summary>
internal sealed class MetadataCollector : IRasterSink
{
    private int _frame = -1;

    public ImageMetadata Image { get; private set; } = ImageMetadata.Empty;

    public Dictionary<int, FrameInfo> Frames { get; } = [];

    public ImageMetadata Trailer { get; private set; } = ImageMetadata.Empty;

    public ValueTask BeginAsync(ImageInfo info, CancellationToken cancellationToken = default)
    {
        Image = info.Metadata;
        return ValueTask.CompletedTask;
    }

    public ValueTask BeginFrameAsync(FrameInfo frame, CancellationToken cancellationToken = default)
    {
        _frame++;
        if (frame != FrameInfo.Default)
            Frames.Add(_frame, frame);
        return ValueTask.CompletedTask;
    }

    public ValueTask WriteRowsAsync(PlanarBuffer rows, CancellationToken cancellationToken = default) => ValueTask.CompletedTask;

    public ValueTask CompleteAsync(ImageMetadata trailer, CancellationToken cancellationToken = default)
    {
        Trailer = trailer;
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
