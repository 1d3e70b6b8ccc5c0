namespace Tessera;

/// <summary>Gives an image in memory row by row.</summary>
internal sealed class RasterSource(Raster raster) : IRasterSource
{
    private int _frame = -1;
    private int _row;

    public ImageInfo Info => raster.Info;

    public ValueTask<FrameInfo> ReadFrameInfoAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _row = 0;
        return new(raster.Frames[++_frame].Info);
    }

    public ValueTask ReadRowsAsync(PlanarBuffer rows, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        raster.Frames[_frame].Samples.CopyRowsTo(_row, rows, 0, rows.Height);
        _row += rows.Height;
        return ValueTask.CompletedTask;
    }

    public ValueTask<ImageMetadata> ReadTrailerAsync(CancellationToken cancellationToken = default) => new(ImageMetadata.Empty);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
