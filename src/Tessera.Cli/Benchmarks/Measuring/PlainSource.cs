namespace Tessera.Cli.Benchmarks.Measuring;

/// <summary>The samples of an image without its metadata, which codecs keep and pay for differently.</summary>
internal sealed class PlainSource(IRasterSource inner) : IRasterSource
{
    /// <inheritdoc/>
    public ImageInfo Info { get; } = inner.Info with { Metadata = ImageMetadata.Empty };

    /// <inheritdoc/>
    public ValueTask<FrameInfo> ReadFrameInfoAsync(CancellationToken cancellationToken = default) => inner.ReadFrameInfoAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask ReadRowsAsync(PlanarBuffer rows, CancellationToken cancellationToken = default) => inner.ReadRowsAsync(rows, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<ImageMetadata> ReadTrailerAsync(CancellationToken cancellationToken = default)
    {
        await inner.ReadTrailerAsync(cancellationToken);
        return ImageMetadata.Empty;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
