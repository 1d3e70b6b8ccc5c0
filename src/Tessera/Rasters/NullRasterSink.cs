namespace Tessera;

/// <summary>Takes an image and keeps nothing: decoding into it verifies a file.</summary>
internal sealed class NullRasterSink : IRasterSink
{
    public ValueTask BeginAsync(ImageInfo info, CancellationToken cancellationToken = default) => ValueTask.CompletedTask;

    public ValueTask BeginFrameAsync(FrameInfo frame, CancellationToken cancellationToken = default) => ValueTask.CompletedTask;

    public ValueTask WriteRowsAsync(PlanarBuffer rows, CancellationToken cancellationToken = default) => ValueTask.CompletedTask;

    public ValueTask CompleteAsync(ImageMetadata trailer, CancellationToken cancellationToken = default) => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
