namespace Tessera;

/// <summary>Moves images from sources to sinks.</summary>
public static class RasterCopy
{
    /// <summary>Samples held at once.</summary>
    private const int SamplesAtOnce = 1 << 20;

    /// <summary>Copies an image with its frames and metadata, some rows at a time.</summary>
    /// <param name="source">Where from.</param>
    /// <param name="sink">Where to.</param>
    /// <param name="cancellationToken">Ends the copying.</param>
    /// <returns>Done when the sink is complete.</returns>
    /// <exception cref="TesseraFormatException">The source's content is not valid.</exception>
    /// <exception cref="NotSupportedException">The sink's format cannot hold such an image.</exception>
    public static async Task CopyToAsync(this IRasterSource source, IRasterSink sink, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(sink);
        ImageInfo info = source.Info;
        int channels = info.Format.Channels;
        int step = (int)Math.Clamp(SamplesAtOnce / ((long)info.Width * channels), 1, info.Height);

        await sink.BeginAsync(info, cancellationToken).ConfigureAwait(false);
        for (int frame = 0; frame < info.FrameCount; frame++)
        {
            FrameInfo frameInfo = await source.ReadFrameInfoAsync(cancellationToken).ConfigureAwait(false);
            await sink.BeginFrameAsync(frameInfo, cancellationToken).ConfigureAwait(false);
            for (int y = 0; y < info.Height; y += step)
            {
                using var rows = new PlanarBuffer(info.Width, Math.Min(step, info.Height - y), channels);
                await source.ReadRowsAsync(rows, cancellationToken).ConfigureAwait(false);
                await sink.WriteRowsAsync(rows, cancellationToken).ConfigureAwait(false);
            }
        }

        ImageMetadata trailer = await source.ReadTrailerAsync(cancellationToken).ConfigureAwait(false);
        await sink.CompleteAsync(trailer, cancellationToken).ConfigureAwait(false);
    }
}
